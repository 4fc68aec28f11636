/// Tracepoint at which the kernel frees a packet (`struct sk_buff`), after its last reference was dropped.
///
/// The packet's head, the `sk_buff` object, is not used any more after this event, but the kernel may report no free of
/// it: it frees heads in bulk, and each CPU keeps some of them for later packets (the NAPI skb cache, net/core/skbuff.c). A
/// recording therefore contains the end of the packet as a free of the head, with the tracepoint as its call site.
public enum PacketEnd: String, Sendable, CaseIterable {
  /// The packet was processed.
  case consumed = "skb:consume_skb"
  /// The packet was dropped.
  case dropped = "skb:kfree_skb"

  /// Name of the cache of heads. A head that is allocated together with its clone is in `skbuff_fclone_cache` instead. Such
  /// an object is freed when both packets have ended, which `kmem_cache_free` reports.
  public static let cacheName = "skbuff_head_cache"
}
