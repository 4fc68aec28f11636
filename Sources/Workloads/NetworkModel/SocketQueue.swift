/// Receive queue of a socket, limited by the bytes charged to the socket (sk_rcvbuf; net/core/sock.c).
struct SocketQueue: Sendable {
  private var buffers = FIFO<SkBuff>()
  /// Bytes charged to the socket: sum of the true sizes of the queued packets.
  private(set) var bytes = 0
  /// Maximum number of bytes charged to the socket.
  let limit: Int

  /// net.core.rmem_default: default receive buffer size of a socket in bytes (net/core/sock.c).
  static let defaultLimit = 212_992

  /// Creates an empty queue.
  init(limit: Int = SocketQueue.defaultLimit) { self.limit = limit }

  /// Number of queued packets.
  var count: Int { buffers.count }
  /// Whether the queue has no packets.
  var isEmpty: Bool { buffers.isEmpty }

  /// Adds a packet. Returns false if the queue is full; the caller must then drop the packet.
  @inline(__always)
  mutating func push(_ buffer: SkBuff) -> Bool {
    guard bytes + Int(buffer.trueSize) <= limit else { return false }
    buffers.push(buffer)
    bytes += Int(buffer.trueSize)
    return true
  }

  /// Removes and returns the first packet; nil if the queue is empty.
  @inline(__always)
  mutating func pop() -> SkBuff? {
    guard let buffer = buffers.pop() else { return nil }
    bytes -= Int(buffer.trueSize)
    return buffer
  }
}
