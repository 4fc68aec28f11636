/// Short HTTP connections over loopback: connect, one request, one file, close. `flows` clients run concurrently, each
/// with one connection at a time; `rate` limits the number of new connections per second. Closed connections stay in
/// TIME_WAIT for a minute, up to the limit of the kernel.
struct WebScenario: TrafficScenario {
  static let name = "web"
  static let summary = "short HTTP connections: sockets, files, small packets, TIME_WAIT"
  static let unit = (rate: "connections", flows: "clients")
  static let defaults = TrafficParameters(rate: 2000, flows: 16, cpus: 2, delay: 120)

  /// Maximum number of connections in TIME_WAIT: tcp_max_tw_buckets of a machine with 4 GiB, half the number of entries
  /// of the hash table of established connections (net/ipv4/tcp_ipv4.c).
  private static let maximumTimeWait = 16_384

  /// Stage of a connection.
  private enum Stage: UInt8 { case begin, accept, request, serve, finish }

  /// Scheduled stage of the connection of a client.
  private struct Task: BitwiseCopyable, Sendable {
    var client: UInt32
    var stage: Stage
  }

  /// Connection of a client with its request and response.
  private struct Exchange: Sendable {
    var connection: TCPConnection
    var request: SkBuff?
    var response: SkBuff?
    var isAccepted = false
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var tasks = TimerQueue<Task>()
  /// Current connection of each client.
  private var exchanges: [Exchange?]
  /// Socks in TIME_WAIT.
  private var timeWait = DelayLine<UInt32>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    exchanges = Array(repeating: nil, count: parameters.flows)
    for client in 0..<parameters.flows { schedule(.begin, client, after: startDelay(), at: 0) }
  }

  /// Returns a random delay in microseconds before the next connection of a client, so that all clients together start
  /// about `rate` connections per second.
  private mutating func startDelay() -> Double {
    random.exponential(mean: 1e6 * Double(parameters.flows) / parameters.rate)
  }

  private mutating func schedule(_ stage: Stage, _ client: Int, after delay: Double, at time: UInt64) {
    tasks.push(Task(client: UInt32(client), stage: stage), due: time + UInt64(delay))
  }

  mutating func step(_ stack: inout NetworkStack) {
    guard let due = tasks.nextDue, let task = tasks.pop() else { return }
    expireTimeWait(by: due, &stack)
    stack.advance(to: due)
    let client = Int(task.client)
    switch task.stage {
    case .begin: begin(client, &stack)
    case .accept: accept(client, &stack)
    case .request: request(client, &stack)
    case .serve: serve(client, &stack)
    case .finish: finish(client, &stack)
    }
  }

  /// Frees the socks whose TIME_WAIT has ended by `end`.
  private mutating func expireTimeWait(by end: UInt64, _ stack: inout NetworkStack) {
    while let due = timeWait.nextDue, due <= end, let slot = timeWait.pop() {
      stack.advance(to: due)
      stack.free(slot, .timeWaitSock, cpu: Int(slot) % parameters.cpus)
    }
  }

  private mutating func begin(_ client: Int, _ stack: inout NetworkStack) {
    let cpu = client % parameters.cpus
    var connection = TCPConnection(&stack, clientCPU: cpu, serverCPU: (cpu + random.below(2)) % parameters.cpus)
    connection.addClientWatch(&stack)
    exchanges[client] = Exchange(connection: connection)
    let delay = Double(parameters.delay ?? 0)
    schedule(.accept, client, after: 25 + random.exponential(mean: delay), at: stack.time)
    schedule(.request, client, after: 20 + random.exponential(mean: delay), at: stack.time)
  }

  private mutating func accept(_ client: Int, _ stack: inout NetworkStack) {
    exchanges[client]?.connection.accept(&stack)
    exchanges[client]?.isAccepted = true
    if exchanges[client]?.request != nil { scheduleServe(client, &stack) }
  }

  private mutating func request(_ client: Int, _ stack: inout NetworkStack) {
    exchanges[client]?.request = stack.allocateSegment(cpu: client % parameters.cpus)
    if exchanges[client]?.isAccepted == true { scheduleServe(client, &stack) }
  }

  private mutating func scheduleServe(_ client: Int, _ stack: inout NetworkStack) {
    let mean = Double(parameters.delay ?? 0) * 3
    schedule(.serve, client, after: random.exponential(mean: mean), at: stack.time)
  }

  /// Reads the request on the server, sends a file and closes the server's end.
  private mutating func serve(_ client: Int, _ stack: inout NetworkStack) {
    guard var exchange = exchanges[client], let request = exchange.request else { return }
    let cpu = Int(exchange.connection.serverCPU)
    TCPConnection.acknowledge(&stack, cpu: cpu)
    stack.free(request, .deferredFree, cpu: Int(exchange.connection.clientCPU))
    stack.serveFile(cpu: cpu) { exchange.response = $0.allocateSegment(cpu: cpu) }
    TCPConnection.finish(&stack, cpu: cpu)
    exchange.connection.closeServer(&stack)
    exchange.request = nil
    exchanges[client] = exchange
    let mean = Double(parameters.delay ?? 0) * 2
    schedule(.finish, client, after: random.exponential(mean: mean), at: stack.time)
  }

  private mutating func finish(_ client: Int, _ stack: inout NetworkStack) {
    guard var exchange = exchanges[client], let response = exchange.response else { return }
    let cpu = Int(exchange.connection.clientCPU)
    TCPConnection.acknowledge(&stack, cpu: cpu)
    stack.free(response, .acknowledge, cpu: cpu)
    TCPConnection.finish(&stack, cpu: cpu)
    let entersTimeWait = timeWait.count < WebScenario.maximumTimeWait
    if let slot = exchange.connection.closeClient(&stack, entersTimeWait: entersTimeWait) {
      timeWait.push(slot, due: stack.time + TCPConnection.timeWait)
    }
    exchanges[client] = nil
    schedule(.begin, client, after: startDelay(), at: stack.time)
  }
}
