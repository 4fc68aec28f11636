/// A TCP connection whose two ends are on this host, from SYN to TIME_WAIT (net/ipv4/tcp.c, tcp_input.c,
/// inet_hashtables.c). Packets go over loopback: what is sent is received at once, on the sender's CPU.
struct TCPConnection: BitwiseCopyable, Sendable {
  var client: SocketFile
  var clientSock: UInt32
  var serverSock: UInt32
  /// The connection request, until the server accepts.
  var request: UInt32
  var port: UInt32
  var portAddress: UInt32
  /// What the server has of it once accepted.
  var server: SocketFile?
  var clientWatch: EpollWatch?
  var serverWatch: EpollWatch?
  var clientCPU: UInt8
  var serverCPU: UInt8

  /// TCP_TIMEWAIT_LEN (include/net/tcp.h), in microseconds.
  static let timeWait: UInt64 = 60_000_000

  /// socket and connect: the three-way handshake.
  init(_ stack: inout NetworkStack, clientCPU: Int, serverCPU: Int) {
    let cpu = clientCPU
    clientSock = stack.make(.tcp, .makeSock, cpu: cpu)
    client = stack.makeSocketFile(cpu: cpu)
    stack.advance(microseconds: 4)
    port = stack.make(.bindBucket, .bindPort, cpu: cpu)
    portAddress = stack.make(.bindAddressBucket, .bindAddress, cpu: cpu)
    let synchronize = stack.segment(cpu: cpu)
    stack.advance(microseconds: 4)
    request = stack.make(.requestSock, .makeRequest, cpu: cpu)
    let answer = stack.control(cpu: cpu)
    stack.advance(microseconds: 4)
    stack.free(synchronize, .acknowledge, cpu: cpu)
    let acknowledgement = stack.control(cpu: cpu)
    stack.advance(microseconds: 3)
    serverSock = stack.make(.tcp, .makeSock, cpu: cpu)
    stack.advance(microseconds: 3)
    stack.free(acknowledgement, .receiveState, cpu: cpu)
    stack.free(answer, .receiveState, cpu: cpu)
    (self.clientCPU, self.serverCPU) = (UInt8(clientCPU), UInt8(serverCPU))
    (server, clientWatch, serverWatch) = (nil, nil, nil)
  }

  /// accept, and a place in the server's epoll set.
  mutating func accept(_ stack: inout NetworkStack) {
    let cpu = Int(serverCPU)
    server = stack.makeSocketFile(cpu: cpu)
    stack.advance(microseconds: 2)
    stack.free(request, .requestSock, cpu: cpu)
    serverWatch = stack.watch(cpu: cpu)
  }

  /// A place in the client's epoll set.
  mutating func watchClient(_ stack: inout NetworkStack) { clientWatch = stack.watch(cpu: Int(clientCPU)) }

  /// An acknowledgement on its way: freed where it is received, some microseconds later.
  static func acknowledge(_ stack: inout NetworkStack, cpu: Int) {
    let packet = stack.control(cpu: cpu)
    stack.advance(microseconds: 4)
    stack.free(packet, .receiveState, cpu: cpu)
  }

  /// A FIN, acknowledged.
  static func finish(_ stack: inout NetworkStack, cpu: Int) {
    let packet = stack.segment(cpu: cpu)
    stack.advance(microseconds: 5)
    acknowledge(&stack, cpu: cpu)
    stack.free(packet, .acknowledge, cpu: cpu)
  }

  /// The server closes its file; its sock stays until the client's FIN.
  mutating func closeServer(_ stack: inout NetworkStack) {
    let cpu = Int(serverCPU)
    if let watch = serverWatch { stack.unwatch(watch, cpu: cpu) }
    if let file = server { stack.close(file, cpu: cpu) }
    (serverWatch, server) = (nil, nil)
  }

  /// The client closes, and all that is left of both ends goes: but for a TIME_WAIT sock where one is wanted.
  /// - Returns: the slot of that.
  mutating func closeClient(_ stack: inout NetworkStack, waits: Bool) -> UInt32? {
    let cpu = Int(clientCPU)
    let waiting = waits ? stack.make(.timeWaitSock, .makeTimeWait, cpu: cpu) : nil
    if let watch = clientWatch { stack.unwatch(watch, cpu: cpu) }
    clientWatch = nil
    stack.free(portAddress, .bindAddressBucket, cpu: cpu)
    stack.freeAfterGrace(port, .bindBucket, cpu: cpu)
    stack.free(serverSock, .tcp, cpu: cpu)
    stack.free(clientSock, .tcp, cpu: cpu)
    stack.close(client, cpu: cpu)
    return waiting
  }
}
