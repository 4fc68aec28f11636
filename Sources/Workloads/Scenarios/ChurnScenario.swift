/// Connections are opened and held, many with data that nobody reads; half of them close at random, later the others. The
/// objects of those that stay are spread over slabs that were full: fragmentation of every cache that a connection has
/// objects in.
struct ChurnScenario: TrafficScenario {
  static let name = "churn"
  static let summary = "thousands of connections open, half of them close at random: fragmentation"
  static let unit = (rate: "connections", flows: "connections held")
  static let defaults = TrafficParameters(rate: 3200, flows: 5000, cpus: 2, delay: 1_500_000)

  private enum Phase { case opening, closingHalf, closingAll }

  /// An open connection: what is unread at either end, at most a client's one and a server's four segments.
  private struct Held: BitwiseCopyable, Sendable {
    var connection: TCPConnection
    var unread: InlineArray<5, SkBuff?>
    var count = 0

    mutating func queue(_ segment: SkBuff) {
      unread[count] = segment
      count += 1
    }
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var pace = Pace()
  private var phase = Phase.opening
  private var held: [Held] = []
  private var waiting = DelayLine<UInt32>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    held.reserveCapacity(parameters.flows)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let isDone =
      switch phase {
      case .opening: held.count >= parameters.flows
      case .closingHalf: held.count <= parameters.flows / 2
      case .closingAll: held.isEmpty
      }
    guard !isDone else { return beginNextPhase(&stack) }
    let gap = 1e6 / parameters.rate
    let end = stack.time + pace.microseconds(gap * Double(random.uniform(50, 150)) / 100)
    expire(by: end, &stack)
    if phase == .opening { open(&stack) } else { closeOne(&stack) }
    stack.advance(to: end)
  }

  private mutating func beginNextPhase(_ stack: inout NetworkStack) {
    stack.advance(to: stack.time + UInt64(parameters.delay ?? 0))
    phase =
      switch phase {
      case .opening: .closingHalf
      case .closingHalf: .closingAll
      case .closingAll: .opening
      }
  }

  private mutating func expire(by moment: UInt64, _ stack: inout NetworkStack) {
    while let due = waiting.nextDue, due <= moment, let slot = waiting.pop() {
      stack.advance(to: due)
      stack.free(slot, .timeWaitSock, cpu: Int(slot) % parameters.cpus)
    }
  }

  private mutating func open(_ stack: inout NetworkStack) {
    let cpu = random.below(parameters.cpus)
    let connection = TCPConnection(&stack, clientCPU: cpu, serverCPU: (cpu + 1) % parameters.cpus)
    var held = Held(connection: connection, unread: InlineArray(repeating: nil))
    if random.once(in: 2) {
      held.queue(stack.segment(cpu: cpu))
      TCPConnection.acknowledge(&stack, cpu: cpu)
    }
    stack.advance(microseconds: Double(random.uniform(10, 40)))
    held.connection.accept(&stack)
    if random.below(3) > 0 {
      for _ in 0..<random.uniform(1, 4) { send(&held, &stack) }
    }
    self.held.append(held)
  }

  /// The server sends what nobody reads; a small part is coalesced with what waits already (tcp_try_coalesce).
  private mutating func send(_ held: inout Held, _ stack: inout NetworkStack) {
    let cpu = Int(held.connection.serverCPU)
    let segment = stack.segment(cpu: cpu)
    stack.advance(microseconds: 4)
    TCPConnection.acknowledge(&stack, cpu: cpu)
    if random.once(in: 2) { stack.free(segment, .acknowledge, cpu: cpu) } else { held.queue(segment) }
  }

  /// One at random closes: with a FIN where its client had read all, else with a reset.
  private mutating func closeOne(_ stack: inout NetworkStack) {
    let index = random.below(held.count)
    var held = self.held[index]
    self.held[index] = self.held[self.held.count - 1]
    self.held.removeLast()
    let readsFirst = random.once(in: 2)
    let cpu = Int(held.connection.clientCPU)
    if readsFirst { free(&held, cpu: cpu, &stack) }
    TCPConnection.finish(&stack, cpu: cpu)
    stack.advance(microseconds: Double(random.uniform(10, 40)))
    held.connection.closeServer(&stack)
    TCPConnection.finish(&stack, cpu: Int(held.connection.serverCPU))
    // What was never read goes with its socket.
    free(&held, cpu: cpu, &stack)
    if let slot = held.connection.closeClient(&stack, waits: readsFirst) {
      waiting.push(slot, due: stack.time + TCPConnection.timeWait)
    }
  }

  private func free(_ held: inout Held, cpu: Int, _ stack: inout NetworkStack) {
    for position in 0..<held.count {
      if let segment = held.unread[position] { stack.free(segment, .freeHead, cpu: cpu) }
    }
    held.count = 0
  }
}
