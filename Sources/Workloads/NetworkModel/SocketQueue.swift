/// A socket's receive queue: first in, first out, limited by the bytes charged to it (sk_rcvbuf; net/core/sock.c).
struct SocketQueue: Sendable {
  private var buffers = FIFO<SkBuff>()
  /// Bytes charged: the true sizes of what is queued.
  private(set) var bytes = 0
  /// Bytes that it takes.
  let limit: Int

  /// SOCK_RCVBUF's default, net.core.rmem_default (net/core/sock.c).
  static let usualLimit = 212_992

  /// An empty queue that takes packets until `limit` bytes are charged.
  init(limit: Int = SocketQueue.usualLimit) { self.limit = limit }

  /// Buffers in it.
  var count: Int { buffers.count }
  /// Whether it has none.
  var isEmpty: Bool { buffers.isEmpty }

  /// Queues a packet; false when the queue is full and it must be dropped.
  @inline(__always)
  mutating func push(_ buffer: SkBuff) -> Bool {
    guard bytes + Int(buffer.trueSize) <= limit else { return false }
    buffers.push(buffer)
    bytes += Int(buffer.trueSize)
    return true
  }

  /// The packet that waited longest.
  @inline(__always)
  mutating func pop() -> SkBuff? {
    guard let buffer = buffers.pop() else { return nil }
    bytes -= Int(buffer.trueSize)
    return buffer
  }
}
