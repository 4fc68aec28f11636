/// TCP connection over the loopback device, from SYN to TIME_WAIT (net/ipv4/tcp.c, tcp_input.c, inet_hashtables.c). A
/// packet is received immediately, on the CPU of its sender.
struct TCPConnection: BitwiseCopyable, Sendable {
  var client: SocketFile
  var clientSock: UInt32
  var serverSock: UInt32
  /// Slot of the request sock, which is freed when the server accepts the connection.
  var request: UInt32
  var port: UInt32
  var portAddress: UInt32
  /// File of the server's socket; nil before the server accepts the connection and after it closes it.
  var server: SocketFile?
  var clientWatch: EpollWatch?
  var serverWatch: EpollWatch?
  var clientCPU: UInt8
  var serverCPU: UInt8

  /// Duration of TIME_WAIT in microseconds: TCP_TIMEWAIT_LEN (include/net/tcp.h).
  static let timeWait: UInt64 = 60_000_000

  /// Creates a socket on the client and connects it with the three-way handshake.
  init(_ stack: inout NetworkStack, clientCPU: Int, serverCPU: Int) {
    let cpu = clientCPU
    clientSock = stack.allocate(.tcp, .makeSock, cpu: cpu)
    client = stack.makeSocketFile(cpu: cpu)
    stack.advance(microseconds: 4)
    port = stack.allocate(.bindBucket, .bindPort, cpu: cpu)
    portAddress = stack.allocate(.bindAddressBucket, .bindAddress, cpu: cpu)
    let synchronize = stack.allocateSegment(cpu: cpu)
    stack.advance(microseconds: 4)
    request = stack.allocate(.requestSock, .makeRequest, cpu: cpu)
    let answer = stack.allocateControlPacket(cpu: cpu)
    stack.advance(microseconds: 4)
    stack.free(synchronize, .acknowledge, cpu: cpu)
    let acknowledgement = stack.allocateControlPacket(cpu: cpu)
    stack.advance(microseconds: 3)
    serverSock = stack.allocate(.tcp, .makeSock, cpu: cpu)
    stack.advance(microseconds: 3)
    stack.free(acknowledgement, .receiveState, cpu: cpu)
    stack.free(answer, .receiveState, cpu: cpu)
    (self.clientCPU, self.serverCPU) = (UInt8(clientCPU), UInt8(serverCPU))
    (server, clientWatch, serverWatch) = (nil, nil, nil)
  }

  /// Accepts the connection on the server and adds it to the server's epoll instance.
  mutating func accept(_ stack: inout NetworkStack) {
    let cpu = Int(serverCPU)
    server = stack.makeSocketFile(cpu: cpu)
    stack.advance(microseconds: 2)
    stack.free(request, .requestSock, cpu: cpu)
    serverWatch = stack.addEpollWatch(cpu: cpu)
  }

  /// Adds the connection to the client's epoll instance.
  mutating func addClientWatch(_ stack: inout NetworkStack) { clientWatch = stack.addEpollWatch(cpu: Int(clientCPU)) }

  /// Sends an acknowledgement, which the receiver frees some microseconds later.
  static func acknowledge(_ stack: inout NetworkStack, cpu: Int) {
    let packet = stack.allocateControlPacket(cpu: cpu)
    stack.advance(microseconds: 4)
    stack.free(packet, .receiveState, cpu: cpu)
  }

  /// Sends a FIN and its acknowledgement.
  static func finish(_ stack: inout NetworkStack, cpu: Int) {
    let packet = stack.allocateSegment(cpu: cpu)
    stack.advance(microseconds: 5)
    acknowledge(&stack, cpu: cpu)
    stack.free(packet, .acknowledge, cpu: cpu)
  }

  /// Closes the file of the server. The server's sock is freed when the client closes.
  mutating func closeServer(_ stack: inout NetworkStack) {
    let cpu = Int(serverCPU)
    if let watch = serverWatch { stack.removeEpollWatch(watch, cpu: cpu) }
    if let file = server { stack.close(file, cpu: cpu) }
    (serverWatch, server) = (nil, nil)
  }

  /// Closes the file of the client and frees the remaining objects of both ends.
  /// - Parameter entersTimeWait: Whether the connection enters TIME_WAIT.
  /// - Returns: Slot of the TIME_WAIT sock, which the caller frees; nil if `entersTimeWait` is false.
  mutating func closeClient(_ stack: inout NetworkStack, entersTimeWait: Bool) -> UInt32? {
    let cpu = Int(clientCPU)
    let timeWaitSock = entersTimeWait ? stack.allocate(.timeWaitSock, .makeTimeWait, cpu: cpu) : nil
    if let watch = clientWatch { stack.removeEpollWatch(watch, cpu: cpu) }
    clientWatch = nil
    stack.free(portAddress, .bindAddressBucket, cpu: cpu)
    stack.freeAfterGrace(port, .bindBucket, cpu: cpu)
    stack.free(serverSock, .tcp, cpu: cpu)
    stack.free(clientSock, .tcp, cpu: cpu)
    stack.close(client, cpu: cpu)
    return timeWaitSock
  }
}
