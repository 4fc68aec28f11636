/// Small datagrams, request and response, both ends on this host: a responder answers some requests at a stretch, then its
/// client, on the same CPU, reads the answers and asks again. There is such a pair for every two CPUs, and each has so many
/// requests under way.
struct DNSScenario: TrafficScenario {
  static let name = "dns"
  static let summary = "small UDP requests and their answers of up to 512 bytes"
  static let unit = (rate: "requests", flows: "requests under way")
  static let defaults = TrafficParameters(rate: 150_000, flows: 64, sizes: PacketMix(68...540), cpus: 2)

  private static let requestBytes = 68...92

  private let parameters: TrafficParameters
  private let answers: PacketMix
  /// Microseconds from one datagram to the next on one CPU.
  private let pace: Double
  private var random: SplitMix64
  /// What each pair's responder has yet to answer, and the CPU that the pair is on.
  private var requests: [FIFO<SkBuff>]
  private var cpus: [Int]
  private var waiting = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    answers = parameters.sizes ?? PacketMix(68...540)
    pace = 1e6 / parameters.rate / 2
    random = SplitMix64(seed: parameters.seed)
    let pairs = max(1, parameters.cpus / 2)
    requests = Array(repeating: FIFO(), count: pairs)
    cpus = (0..<pairs).map { $0 * 2 }
  }

  /// A pair is moved to another CPU once in so many turns.
  private static let turnsOnCPU = 256

  mutating func step(_ stack: inout NetworkStack) {
    let pair = random.below(cpus.count)
    if random.once(in: DNSScenario.turnsOnCPU) { cpus[pair] = random.below(parameters.cpus) }
    let cpu = cpus[pair]
    while requests[pair].count < parameters.flows { ask(pair, cpu, &stack) }
    // The responder is interrupted after some of what waits.
    let batch = random.uniform(1, max(1, parameters.flows * 7 / 8))
    for _ in 0..<batch {
      guard let request = requests[pair].pop() else { break }
      stack.free(request, cpu: cpu)
      waiting.push(stack.datagram(answers.draw(using: &random), cpu: cpu))
      stack.advance(microseconds: pace)
    }
    while let answer = waiting.pop() {
      stack.free(answer, cpu: cpu)
      ask(pair, cpu, &stack)
    }
  }

  private mutating func ask(_ pair: Int, _ cpu: Int, _ stack: inout NetworkStack) {
    let bytes = random.uniform(DNSScenario.requestBytes.lowerBound, DNSScenario.requestBytes.upperBound)
    requests[pair].push(stack.datagram(bytes, cpu: cpu))
    stack.advance(microseconds: pace)
  }
}
