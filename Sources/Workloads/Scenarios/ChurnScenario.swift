/// Connections that are opened and stay open, many of them with unread data. Half of them close at random, and later
/// the others. The objects of the connections that stay open keep most slabs in use: fragmentation of every cache of a
/// connection's objects.
struct ChurnScenario: TrafficScenario {
  static let name = "churn"
  static let summary = "thousands of connections open, half of them close at random: fragmentation"
  static let unit = (rate: "connections", flows: "open connections")
  static let defaults = TrafficParameters(rate: 3200, flows: 5000, cpus: 2, delay: 1_500_000)

  private enum Phase { case opening, closingHalf, closingAll }

  /// Open connection with its unread segments: at most one sent by the client and four sent by the server.
  private struct OpenConnection: BitwiseCopyable, Sendable {
    var connection: TCPConnection
    var unread: InlineArray<5, SkBuff?>
    /// Number of elements of `unread` in use.
    var count = 0

    mutating func queue(_ segment: SkBuff) {
      unread[count] = segment
      count += 1
    }
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  private var phase = Phase.opening
  private var open: [OpenConnection] = []
  /// Socks in TIME_WAIT.
  private var timeWait = DelayLine<UInt32>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    open.reserveCapacity(parameters.flows)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let isDone =
      switch phase {
      case .opening: open.count >= parameters.flows
      case .closingHalf: open.count <= parameters.flows / 2
      case .closingAll: open.isEmpty
      }
    guard !isDone else { return beginNextPhase(&stack) }
    let gap = 1e6 / parameters.rate
    let end = stack.time + rounder.wholeMicroseconds(gap * Double(random.uniform(50, 150)) / 100)
    expireTimeWait(by: end, &stack)
    if phase == .opening { openConnection(&stack) } else { closeConnection(&stack) }
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

  /// Frees the socks whose TIME_WAIT has ended by `end`.
  private mutating func expireTimeWait(by end: UInt64, _ stack: inout NetworkStack) {
    while let due = timeWait.nextDue, due <= end, let slot = timeWait.pop() {
      stack.advance(to: due)
      stack.free(slot, .timeWaitSock, cpu: Int(slot) % parameters.cpus)
    }
  }

  private mutating func openConnection(_ stack: inout NetworkStack) {
    let cpu = random.below(parameters.cpus)
    let connection = TCPConnection(&stack, clientCPU: cpu, serverCPU: (cpu + 1) % parameters.cpus)
    var new = OpenConnection(connection: connection, unread: InlineArray(repeating: nil))
    if random.once(in: 2) {
      new.queue(stack.allocateSegment(cpu: cpu))
      TCPConnection.acknowledge(&stack, cpu: cpu)
    }
    stack.advance(microseconds: Double(random.uniform(10, 40)))
    new.connection.accept(&stack)
    if random.below(3) > 0 {
      for _ in 0..<random.uniform(1, 4) { sendFromServer(&new, &stack) }
    }
    open.append(new)
  }

  /// Sends a segment from the server that the client does not read. Half of the segments are coalesced with the
  /// previous unread segment and freed (tcp_try_coalesce).
  private mutating func sendFromServer(_ open: inout OpenConnection, _ stack: inout NetworkStack) {
    let cpu = Int(open.connection.serverCPU)
    let segment = stack.allocateSegment(cpu: cpu)
    stack.advance(microseconds: 4)
    TCPConnection.acknowledge(&stack, cpu: cpu)
    if random.once(in: 2) { stack.free(segment, .acknowledge, cpu: cpu) } else { open.queue(segment) }
  }

  /// Closes a random connection: with a FIN if the client has read all data, otherwise with a reset.
  private mutating func closeConnection(_ stack: inout NetworkStack) {
    let index = random.below(open.count)
    var closing = open[index]
    open[index] = open[open.count - 1]
    open.removeLast()
    let readsFirst = random.once(in: 2)
    let cpu = Int(closing.connection.clientCPU)
    if readsFirst { freeUnread(&closing, cpu: cpu, &stack) }
    TCPConnection.finish(&stack, cpu: cpu)
    stack.advance(microseconds: Double(random.uniform(10, 40)))
    closing.connection.closeServer(&stack)
    TCPConnection.finish(&stack, cpu: Int(closing.connection.serverCPU))
    // Unread segments are freed together with their socket.
    freeUnread(&closing, cpu: cpu, &stack)
    if let slot = closing.connection.closeClient(&stack, entersTimeWait: readsFirst) {
      timeWait.push(slot, due: stack.time + TCPConnection.timeWait)
    }
  }

  private func freeUnread(_ open: inout OpenConnection, cpu: Int, _ stack: inout NetworkStack) {
    for position in 0..<open.count {
      if let segment = open.unread[position] { stack.free(segment, .freeHead, cpu: cpu) }
    }
    open.count = 0
  }
}
