/// Flood of SYN packets from random addresses without a completed handshake. Each SYN allocates a request sock, whose
/// SYN-ACK is retransmitted until the request times out. If the backlog is full, the SYN-ACK contains a cookie and the
/// request sock is freed immediately.
struct SynFloodScenario: TrafficScenario {
  static let name = "syn-flood"
  static let summary = "SYN flood: request socks fill the backlog, then SYN cookies are sent"
  static let unit = (rate: "SYN packets", flows: "backlog entries")
  static let defaults = TrafficParameters(rate: 20_000, flows: 4096, cpus: 2)

  /// TCP_SYNACK_RETRIES: number of retransmissions of a SYN-ACK (include/net/tcp.h).
  private static let retries = 5
  /// TCP_TIMEOUT_INIT: timeout of the first retransmission in microseconds; it doubles with each retransmission.
  private static let firstTimeout: UInt64 = 1_000_000

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  /// Number of request socks in the backlog.
  private var backlog = 0
  /// Request socks by the number of retransmissions of their SYN-ACK, due at their next timeout.
  private var timers: [DelayLine<UInt32>]

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    timers = Array(repeating: DelayLine(), count: SynFloodScenario.retries + 1)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let count = random.uniform(1, 16)
    let end = stack.time + rounder.wholeMicroseconds(Double(count) * 1e6 / parameters.rate)
    let cpu = random.below(parameters.cpus)
    for _ in 0..<count { receiveSYN(cpu, &stack) }
    runTimers(by: end, &stack)
    stack.advance(to: end)
  }

  private mutating func receiveSYN(_ cpu: Int, _ stack: inout NetworkStack) {
    let synchronize = stack.allocateReceivedPacket(40, cpu: cpu)
    stack.advance(microseconds: 2)
    let request = stack.allocate(.requestSock, .makeRequest, cpu: cpu)
    sendSYNACK(cpu, &stack)
    if backlog < parameters.flows {
      backlog += 1
      timers[0].push(request, due: stack.time + SynFloodScenario.firstTimeout)
    } else {
      stack.free(request, .requestSock, .dropRequest, cpu: cpu)
    }
    stack.free(synchronize, .receiveState, cpu: cpu)
  }

  /// Sends a SYN-ACK. It allocates a route, because each address is new.
  private mutating func sendSYNACK(_ cpu: Int, _ stack: inout NetworkStack) {
    stack.freeAfterGrace(stack.allocate(.route, .makeRoute, cpu: cpu), .route, cpu: cpu)
    let packet = stack.allocateControlPacket(cpu: cpu)
    stack.advance(microseconds: Double(random.uniform(2, 5)))
    stack.free(packet, .consume, cpu: cpu)
  }

  /// Retransmits the SYN-ACKs of the requests that are due, and frees the requests without retransmissions left.
  private mutating func runTimers(by end: UInt64, _ stack: inout NetworkStack) {
    for retry in timers.indices {
      while let due = timers[retry].nextDue, due <= end, let request = timers[retry].pop() {
        stack.advance(to: due)
        let cpu = Int(request) % parameters.cpus
        if retry == SynFloodScenario.retries {
          backlog -= 1
          stack.free(request, .requestSock, .dropRequest, cpu: cpu)
        } else {
          sendSYNACK(cpu, &stack)
          timers[retry + 1].push(request, due: stack.time + SynFloodScenario.firstTimeout << (retry + 1))
        }
      }
    }
  }
}
