/// Web server of a content delivery network on a machine with little memory. Crowds of clients arrive and leave: every
/// eight seconds, `rate` connections per second for three and a half seconds, and a twentieth of that in between. The
/// server keeps up to `flows` connections open and closes the one that is idle for the longest time if a new one
/// arrives (as nginx does with worker_connections).
///
/// Sockets and the page cache compete for memory: the sockets of a crowd displace cached pages, so that nodes of the
/// page cache's index are freed at random, and sparse slabs remain. The index has a mover: a node has one parent, through
/// which every lookup passes (slab movable objects for the XArray, proposed for Linux in 2019). File pages are not slab
/// memory and have no events.
struct EdgeScenario: TrafficScenario {
  static let name = "edge"
  static let summary = "web server on 16 MiB: crowds of clients come and go, sockets displace the page cache"
  static let unit = (rate: "connections", flows: "open connections")
  static let defaults = TrafficParameters(rate: 1800, flows: 2400, cpus: 4, delay: 1_500_000)
  static let movableCaches = [NetworkCache.indexNode]
  static let memoryBytes: Int? = 16 << 20

  /// Interval between the starts of two crowds, time from the start of an interval to its crowd, and duration of the
  /// crowd, in microseconds.
  private static let (interval, crowdStart, crowdLength): (UInt64, UInt64, UInt64) = (8_000_000, 2_000_000, 2_500_000)
  /// Quotient of the rates with and without a crowd.
  private static let crowdFactor = 20.0
  /// net.ipv4.tcp_max_tw_buckets and net.netfilter.nf_conntrack_max of the machine.
  private static let (maximumTimeWait, maximumTracks) = (4096, 8192)
  /// Nodes in the page cache's index without connections, and nodes that the memory of one connection displaces.
  private static let (indexNodes, displacedNodes) = (12_000, 4)
  /// Nodes of the largest file: one for each 64 pages (XA_CHUNK_SIZE), up to 10 MiB.
  private static let largestFileNodes = 40
  /// Most nodes that are freed at once: reclaim works in batches (SWAP_CLUSTER_MAX in include/linux/swap.h).
  private static let reclaimBatch = 32

  /// Stage of a connection, or the arrival of the next one.
  private enum Stage: UInt8 { case arrive, accept, serve, acknowledge, close }

  private struct Task: BitwiseCopyable, Sendable {
    var stage: Stage
    var connection = 0
    /// Generation of the connection: the task is obsolete if the connection was closed earlier.
    var generation = 0
  }

  private struct Connection: Sendable {
    var generation = 0
    var isIdle = false
    var request: UInt32?
    var sock: UInt32?
    var track: UInt32
    var file: SocketFile?
    var watch: EpollWatch?
    var received: SkBuff?
    var segments: [SkBuff] = []
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var tasks = TimerQueue<Task>()
  private var connections: [Connection?]
  private var freeConnections: [Int]
  private var generations = 0
  /// Connections that became idle, the first one first; some may have been closed since.
  private var idle = FIFO<Task>()
  private var timeWait = DelayLine<UInt32>()
  /// Connection tracking entries of closed connections, the oldest first.
  private var tracks = FIFO<UInt32>()
  private var nodes: [UInt32] = []

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    connections = Array(repeating: nil, count: parameters.flows)
    freeConnections = Array((0..<parameters.flows).reversed())
    tasks.push(Task(stage: .arrive), due: 0)
  }

  private var openConnections: Int { connections.count - freeConnections.count }

  mutating func step(_ stack: inout NetworkStack) {
    guard let due = tasks.nextDue, let task = tasks.pop() else { return }
    while let end = timeWait.nextDue, end <= due, let slot = timeWait.pop() {
      stack.advance(to: end)
      stack.free(slot, .timeWaitSock, cpu: Int(slot) % parameters.cpus)
    }
    stack.advance(to: due)
    if task.stage == .arrive { return arrive(&stack) }
    guard connections[task.connection]?.generation == task.generation else { return }
    switch task.stage {
    case .arrive: break
    case .accept: accept(task.connection, &stack)
    case .serve: serve(task.connection, &stack)
    case .acknowledge: acknowledge(task.connection, &stack)
    case .close: close(task.connection, &stack)
    }
  }

  private func cpu(of connection: Int) -> Int { connection % parameters.cpus }

  private mutating func schedule(_ stage: Stage, _ connection: Int, after delay: Double, at time: UInt64) {
    guard let generation = connections[connection]?.generation else { return }
    tasks.push(
      Task(stage: stage, connection: connection, generation: generation), due: time + UInt64(delay))
  }

  /// Receives a SYN: allocates the request sock and the connection tracking entry, and sends a SYN-ACK.
  private mutating func arrive(_ stack: inout NetworkStack) {
    let phase = stack.time % EdgeScenario.interval
    let isCrowd = phase >= EdgeScenario.crowdStart && phase < EdgeScenario.crowdStart + EdgeScenario.crowdLength
    let rate = isCrowd ? parameters.rate : parameters.rate / EdgeScenario.crowdFactor
    // A gap never reaches beyond the start of the next crowd.
    let gap = min(UInt64(random.gap(rate: rate)), EdgeScenario.crowdStart)
    tasks.push(Task(stage: .arrive), due: stack.time + gap)
    if freeConnections.isEmpty { closeIdleConnection(&stack) }
    let synchronize = stack.allocateReceivedPacket(60, cpu: random.below(parameters.cpus))
    guard let index = freeConnections.popLast() else {
      // Every connection is busy: the SYN is dropped.
      return stack.free(synchronize, .dropRequest, cpu: 0)
    }
    let cpu = cpu(of: index)
    generations += 1
    connections[index] = Connection(
      generation: generations, request: stack.allocate(.requestSock, .makeRequest, cpu: cpu),
      track: stack.allocate(.connectionTrack, .makeTrack, cpu: cpu))
    let answer = stack.allocateControlPacket(cpu: cpu)
    stack.advance(microseconds: 3)
    stack.free(synchronize, .receiveState, cpu: cpu)
    stack.free(answer, .consume, cpu: cpu)
    schedule(.accept, index, after: roundTrip(), at: stack.time)
  }

  /// Returns the time of a round trip to a client in microseconds: 10 to 80 ms.
  private mutating func roundTrip() -> Double { Double(random.uniform(10_000, 80_000)) }

  /// Receives the last packet of the handshake and the request, and accepts the connection.
  private mutating func accept(_ index: Int, _ stack: inout NetworkStack) {
    let cpu = cpu(of: index)
    let acknowledgement = stack.allocateReceivedPacket(52, cpu: cpu)
    connections[index]?.sock = stack.allocate(.tcp, .makeSock, cpu: cpu)
    stack.free(acknowledgement, .receiveState, cpu: cpu)
    connections[index]?.received = stack.allocateReceivedPacket(random.uniform(300, 1400), cpu: cpu)
    connections[index]?.file = stack.makeSocketFile(cpu: cpu)
    connections[index]?.watch = stack.addEpollWatch(cpu: cpu)
    if let request = connections[index]?.request { stack.free(request, .requestSock, cpu: cpu) }
    connections[index]?.request = nil
    displaceIndexNodes(&stack)
    schedule(.serve, index, after: 200 + random.exponential(mean: 2000), at: stack.time)
  }

  /// Reads the request and sends a file. Pages of the file that are not cached are read, and the index grows.
  private mutating func serve(_ index: Int, _ stack: inout NetworkStack) {
    let cpu = cpu(of: index)
    if let received = connections[index]?.received { stack.free(received, .consume, cpu: cpu) }
    connections[index]?.received = nil
    for _ in 0..<random.uniform(1, EdgeScenario.largestFileNodes) where nodes.count < mostIndexNodes {
      nodes.append(stack.allocate(.indexNode, .addIndexNode, cpu: cpu))
    }
    let segments = random.uniform(2, 10)
    stack.serveFile(cpu: cpu) { stack in
      for _ in 0..<segments { connections[index]?.segments.append(stack.allocateSegment(cpu: cpu)) }
    }
    schedule(.acknowledge, index, after: roundTrip(), at: stack.time)
  }

  /// Receives the acknowledgement of the file; the connection is idle from now on.
  private mutating func acknowledge(_ index: Int, _ stack: inout NetworkStack) {
    let cpu = cpu(of: index)
    let packet = stack.allocateReceivedPacket(52, cpu: cpu)
    freeSegments(of: index, &stack)
    stack.free(packet, .receiveState, cpu: cpu)
    connections[index]?.isIdle = true
    idle.push(Task(stage: .close, connection: index, generation: connections[index]?.generation ?? 0))
    schedule(.close, index, after: Double(parameters.delay ?? 0), at: stack.time)
  }

  private mutating func freeSegments(of index: Int, _ stack: inout NetworkStack) {
    for segment in connections[index]?.segments ?? [] { stack.free(segment, .acknowledge, cpu: cpu(of: index)) }
    connections[index]?.segments.removeAll(keepingCapacity: true)
  }

  /// Closes the connection that has been idle for the longest time, if any is idle.
  private mutating func closeIdleConnection(_ stack: inout NetworkStack) {
    while let task = idle.pop() {
      guard connections[task.connection]?.generation == task.generation else { continue }
      return close(task.connection, &stack)
    }
  }

  /// Closes a connection on the server, which enters TIME_WAIT. Its tracking entry remains until the table is full.
  private mutating func close(_ index: Int, _ stack: inout NetworkStack) {
    guard let connection = connections[index] else { return }
    let cpu = cpu(of: index)
    TCPConnection.finish(&stack, cpu: cpu)
    if timeWait.count < EdgeScenario.maximumTimeWait {
      timeWait.push(
        stack.allocate(.timeWaitSock, .makeTimeWait, cpu: cpu), due: stack.time + TCPConnection.timeWait)
    }
    if let watch = connection.watch { stack.removeEpollWatch(watch, cpu: cpu) }
    if let sock = connection.sock { stack.free(sock, .tcp, cpu: cpu) }
    if let file = connection.file { stack.close(file, cpu: cpu) }
    tracks.push(connection.track)
    if tracks.count > EdgeScenario.maximumTracks, let oldest = tracks.pop() {
      stack.free(oldest, .connectionTrack, cpu: cpu)
    }
    connections[index] = nil
    freeConnections.append(index)
  }

  /// Most nodes that the index may have beside the memory of the open connections.
  private var mostIndexNodes: Int {
    max(0, EdgeScenario.indexNodes - EdgeScenario.displacedNodes * openConnections)
  }

  /// Reclaims pages of the page cache if connections need their memory; a node is freed once none of its pages is left.
  private mutating func displaceIndexNodes(_ stack: inout NetworkStack) {
    for _ in 0..<EdgeScenario.reclaimBatch where nodes.count > mostIndexNodes {
      let index = random.below(nodes.count)
      stack.freeAfterGrace(nodes[index], .indexNode, cpu: random.below(parameters.cpus))
      nodes.swapAt(index, nodes.count - 1)
      nodes.removeLast()
    }
  }
}
