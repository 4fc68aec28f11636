/// A socket buffer: a head that describes the packet, and a data buffer that clones share.
struct SkBuff: Sendable, Hashable, BitwiseCopyable {
  /// Where head and data lie.
  struct Kind: OptionSet, Sendable, Hashable, BitwiseCopyable {
    let rawValue: UInt8
    /// The data lie in skbuff_small_head, not in an object of kmalloc.
    static let smallHead = Kind(rawValue: 1)
    /// The head is one of a pair of skbuff_fclone_cache.
    static let fclone = Kind(rawValue: 2)
  }

  /// Slot of the sk_buff, or of its pair.
  var head: UInt32
  /// Slot of the data buffer.
  var data: UInt32
  /// Bytes that it costs its socket: head and data (skb->truesize).
  var trueSize: UInt32
  var kind: Kind
}
