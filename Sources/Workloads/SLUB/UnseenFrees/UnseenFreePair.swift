/// Kind of objects that are freed together: an object whose free has no trace event, and a companion whose free has one.
struct UnseenFreePair: Sendable {
  /// Functions that allocate the object from a cache (kmem_cache_alloc).
  let objectFunctions: Set<String>
  /// Functions that allocate the companion, shortly after the object and on the same CPU.
  let companionFunctions: Set<String>
  /// Whether the object is freed by kfree_rcu, which delays the free.
  let isFreedByRCU: Bool

  /// Pairs of the network stack and of epoll in Linux 6.18.
  static let all = [
    // struct sk_buff, which is put into the NAPI cache or freed in bulk when its data are freed (net/core/skbuff.c).
    UnseenFreePair(
      objectFunctions: ["__alloc_skb"], companionFunctions: ["__alloc_skb", "kmalloc_reserve", "__kmalloc_reserve"],
      isFreedByRCU: false),
    // struct epitem and struct eppoll_entry, its entry in the wait queue of the file (fs/eventpoll.c).
    UnseenFreePair(
      objectFunctions: ["do_epoll_ctl", "ep_insert"], companionFunctions: ["ep_ptable_queue_proc"], isFreedByRCU: true),
    // struct inet_bind_bucket and struct inet_bind2_bucket: a local port and its address (net/ipv4/inet_hashtables.c).
    UnseenFreePair(
      objectFunctions: ["__inet_hash_connect", "inet_csk_get_port", "inet_bind_bucket_create"],
      companionFunctions: ["inet_bind2_bucket_create"], isFreedByRCU: true),
  ]

  /// Number of allocations on the same CPU after that of the object, among which the companion is searched.
  static let searchDistance = 4
}
