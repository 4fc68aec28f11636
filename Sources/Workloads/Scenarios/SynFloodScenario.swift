/// SYN packets from everywhere, no connection ever made: each is answered from a request sock, again and again until that
/// times out; once the backlog is full, answers carry cookies and leave nothing behind.
struct SynFloodScenario: TrafficScenario {
  static let name = "syn-flood"
  static let summary = "SYNs without an end: request socks pile up to the backlog, then cookies"
  static let unit = (rate: "SYN packets", flows: "backlog")
  static let defaults = TrafficParameters(rate: 20_000, flows: 4096, cpus: 2)

  /// TCP_SYNACK_RETRIES (include/net/tcp.h), the first after TCP_TIMEOUT_INIT, a second, each later one after twice that.
  private static let retries = 5
  private static let firstTimeout: UInt64 = 1_000_000

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var pace = Pace()
  private var backlog = 0
  /// Request socks by the number of their last answer.
  private var timers: [DelayLine<UInt32>]

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    timers = Array(repeating: DelayLine(), count: SynFloodScenario.retries + 1)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let count = random.uniform(1, 16)
    let end = stack.time + pace.microseconds(Double(count) * 1e6 / parameters.rate)
    let cpu = random.below(parameters.cpus)
    for _ in 0..<count { receive(cpu, &stack) }
    runTimers(by: end, &stack)
    stack.advance(to: end)
  }

  private mutating func receive(_ cpu: Int, _ stack: inout NetworkStack) {
    let synchronize = stack.received(40, cpu: cpu)
    stack.advance(microseconds: 2)
    let request = stack.make(.requestSock, .makeRequest, cpu: cpu)
    answer(cpu, &stack)
    if backlog < parameters.flows {
      backlog += 1
      timers[0].push(request, due: stack.time + SynFloodScenario.firstTimeout)
    } else {
      stack.free(request, .requestSock, .dropRequest, cpu: cpu)
    }
    stack.free(synchronize, .receiveState, cpu: cpu)
  }

  /// A SYN-ACK, and the route to an address that nobody was ever sent anything to.
  private mutating func answer(_ cpu: Int, _ stack: inout NetworkStack) {
    stack.freeAfterGrace(stack.make(.route, .makeRoute, cpu: cpu), .route, cpu: cpu)
    let packet = stack.control(cpu: cpu)
    // On its way, and done with.
    stack.advance(microseconds: Double(random.uniform(2, 5)))
    stack.free(packet, .consume, cpu: cpu)
  }

  /// Requests whose time has come are answered again, or given up.
  private mutating func runTimers(by end: UInt64, _ stack: inout NetworkStack) {
    for retry in timers.indices {
      while let due = timers[retry].nextDue, due <= end, let request = timers[retry].pop() {
        stack.advance(to: due)
        let cpu = Int(request) % parameters.cpus
        if retry == SynFloodScenario.retries {
          backlog -= 1
          stack.free(request, .requestSock, .dropRequest, cpu: cpu)
        } else {
          answer(cpu, &stack)
          timers[retry + 1].push(request, due: stack.time + SynFloodScenario.firstTimeout << (retry + 1))
        }
      }
    }
  }
}
