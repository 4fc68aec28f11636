/// Tracepoints at which the kernel frees a packet (struct sk_buff), after its last reference was dropped.
///
/// The packet's head is dead from then on, although the kernel may report no free of it: it frees heads in bulk, and each CPU
/// keeps some for packets to come (the NAPI cache, net/core/skbuff.c). A recording has the end as a free whose call site is
/// the tracepoint.
public enum PacketEnd: String, Sendable, CaseIterable {
  /// The packet was processed.
  case consumed = "skb:consume_skb"
  /// The packet was dropped.
  case dropped = "skb:kfree_skb"

  /// The cache of packets' heads. Heads that are allocated together with a clone lie in skbuff_fclone_cache: such an object
  /// is free only when both have ended, which `kmem_cache_free` reports.
  public static let cacheName = "skbuff_head_cache"
}
