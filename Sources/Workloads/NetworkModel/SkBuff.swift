/// Socket buffer: a head (struct sk_buff) and a data buffer, which clones share.
struct SkBuff: Sendable, Hashable, BitwiseCopyable {
  /// Caches of the head and the data buffer.
  struct Kind: OptionSet, Sendable, Hashable, BitwiseCopyable {
    let rawValue: UInt8
    /// The data buffer is in skbuff_small_head, not in a kmalloc cache.
    static let smallHead = Kind(rawValue: 1)
    /// The head is the first of a pair in skbuff_fclone_cache, not in skbuff_head_cache.
    static let fclone = Kind(rawValue: 2)
  }

  /// Slot of the head, or of the pair of heads.
  var head: UInt32
  /// Slot of the data buffer.
  var data: UInt32
  /// Bytes charged to the socket: head and data buffer (skb->truesize).
  var trueSize: UInt32
  /// Bytes of the data buffer that are in use: head room, data and shared info. nil for a buffer of headers only.
  var used: UInt32?
  var kind: Kind
}
