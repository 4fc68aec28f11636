/// A socket's receive queue: first in, first out, limited by the bytes charged to it (sk_rcvbuf; net/core/sock.c).
public struct SocketQueue: Sendable {
  private var buffers: [SkBuff] = []
  private var first = 0
  /// Bytes charged: the true sizes of what is queued.
  public private(set) var bytes = 0
  /// Bytes that it takes.
  public let limit: Int

  /// An empty queue that takes packets until `limit` bytes are charged.
  public init(limit: Int) { self.limit = limit }

  /// Buffers in it.
  public var count: Int { buffers.count - first }
  /// Whether it has none.
  public var isEmpty: Bool { count == 0 }

  /// Queues a packet; false when the queue is full and it must be dropped.
  public mutating func push(_ buffer: SkBuff) -> Bool {
    guard bytes + buffer.trueSize <= limit else { return false }
    buffers.append(buffer)
    bytes += buffer.trueSize
    return true
  }

  /// The packet that waited longest.
  public mutating func pop() -> SkBuff? {
    guard !isEmpty else { return nil }
    let buffer = buffers[first]
    first += 1
    bytes -= buffer.trueSize
    // Forget what was read, now and then, so that a pop costs O(1) on average.
    if first > 256, first * 2 > buffers.count {
      buffers.removeFirst(first)
      first = 0
    }
    return buffer
  }
}
