/// Nine kinds of traffic in turn, each for a phase of some seconds. The objects of a workload stay live until its next
/// phase, so that caches are shared, grow, shrink and fragment.
struct MixScenario: TrafficScenario {
  static let name = "mix"
  static let summary = "phases of nine kinds of traffic, one after the other, on one machine"
  static let unit = (rate: "phases", flows: "connections and backlog entries of each phase")
  static let defaults = TrafficParameters(rate: 0.5, flows: 512, cpus: 4)

  private let phaseLength: Double
  private var phase = 0
  private var phaseEnd: UInt64
  private var imix: ImixScenario
  private var web: WebScenario
  private var bulk: BulkScenario
  private var dns: DNSScenario
  private var jumbo: JumboScenario
  private var burst: BurstScenario
  private var churn: ChurnScenario
  private var router: RouterScenario
  private var synFlood: SynFloodScenario
  private static let phases = 9

  init(_ parameters: TrafficParameters) {
    /// Returns the default parameters of a workload with the CPUs and the seed of the mix, and with at most its flows.
    func adapted(_ defaults: TrafficParameters) -> TrafficParameters {
      var adapted = defaults
      (adapted.cpus, adapted.seed) = (parameters.cpus, parameters.seed)
      adapted.flows = min(defaults.flows, parameters.flows)
      adapted.delay = defaults.delay.map { min($0, 200_000) }
      return adapted
    }
    phaseLength = 1e6 / parameters.rate
    phaseEnd = UInt64(phaseLength)
    imix = ImixScenario(adapted(ImixScenario.defaults))
    web = WebScenario(adapted(WebScenario.defaults))
    bulk = BulkScenario(adapted(BulkScenario.defaults))
    dns = DNSScenario(adapted(DNSScenario.defaults))
    jumbo = JumboScenario(adapted(JumboScenario.defaults))
    burst = BurstScenario(adapted(BurstScenario.defaults))
    churn = ChurnScenario(adapted(ChurnScenario.defaults))
    router = RouterScenario(adapted(RouterScenario.defaults))
    synFlood = SynFloodScenario(adapted(SynFloodScenario.defaults))
  }

  mutating func step(_ stack: inout NetworkStack) {
    if stack.time >= phaseEnd {
      phase = (phase + 1) % MixScenario.phases
      phaseEnd = stack.time + UInt64(phaseLength)
    }
    switch phase {
    case 0: imix.step(&stack)
    case 1: burst.step(&stack)
    case 2: web.step(&stack)
    case 3: router.step(&stack)
    case 4: churn.step(&stack)
    case 5: dns.step(&stack)
    case 6: jumbo.step(&stack)
    case 7: synFlood.step(&stack)
    default: bulk.step(&stack)
    }
  }
}
