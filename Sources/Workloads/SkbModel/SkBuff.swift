/// A socket buffer: a head that describes the packet, and a data buffer that clones share.
public struct SkBuff: Sendable, Hashable {
  /// Slot of the sk_buff.
  public let head: UInt32
  /// Slot of the data buffer.
  public let data: UInt32
  /// Bytes of the data buffer, whether it lies in skbuff_small_head, and what a socket is charged for it (truesize).
  public let dataBytes: Int
  /// Whether its data lie in a small head.
  public let isSmallHead: Bool
  /// Bytes that it costs its socket: head and data (skb->truesize).
  public var trueSize: Int {
    SkbLayout.headStride + (isSmallHead ? SkbLayout.smallHeadBytes : SkbLayout.kmallocBytes(dataBytes))
  }
}
