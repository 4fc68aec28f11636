import Recordings

/// What a call site means to the replay of a kernel's events, by its function.
struct CallSiteRole: Sendable, Hashable {
  /// Whether SLUB itself allocates there, for its own records: those events are results of the recorded kernel's slabs, not
  /// of the workload, and are not replayed.
  var isAllocators = false
  /// Number of the pair whose object is allocated there; 0 for none.
  var object: UInt8 = 0
  /// Number of the pair whose companion is allocated there; 0 for none.
  var companion: UInt8 = 0
  /// Whether a free there ends the companion only, since its object gets another one.
  var replacesCompanion = false

  /// The role of a symbol as recordings have it: `function+0x1d/0x60`, or a function alone.
  init(symbol: String) {
    let function = AllocatorCallSites.function(of: symbol)
    isAllocators = AllocatorCallSites.contains(symbol)
    replacesCompanion = function == "pskb_expand_head"
    for (index, pair) in UnseenFreePair.all.enumerated() {
      if pair.objectFunctions.contains(function) { object = UInt8(index + 1) }
      if pair.companionFunctions.contains(function) { companion = UInt8(index + 1) }
    }
  }
}

/// Objects that end together: one whose free the kernel doesn't report, and its companion, whose free it does.
struct UnseenFreePair: Sendable {
  /// Functions that allocate the object, from a named cache.
  let objectFunctions: Set<String>
  /// Functions that allocate the companion: next after the object, on the same CPU.
  let companionFunctions: Set<String>
  /// Whether the object is freed by kfree_rcu, which collects objects before it frees them.
  let isFreedByRCU: Bool

  /// The pairs that the network stack has (Linux 6.18).
  static let all = [
    // A packet's head goes to the CPU's NAPI cache or is freed in bulk when its data are freed (net/core/skbuff.c).
    UnseenFreePair(
      objectFunctions: ["__alloc_skb"], companionFunctions: ["__alloc_skb", "kmalloc_reserve", "__kmalloc_reserve"],
      isFreedByRCU: false),
    // An epoll item and its entry in the file's wait queue (fs/eventpoll.c).
    UnseenFreePair(
      objectFunctions: ["do_epoll_ctl", "ep_insert"], companionFunctions: ["ep_ptable_queue_proc"], isFreedByRCU: true),
    // A local port and its address (net/ipv4/inet_hashtables.c).
    UnseenFreePair(
      objectFunctions: ["__inet_hash_connect", "inet_csk_get_port", "inet_bind_bucket_create"],
      companionFunctions: ["inet_bind2_bucket_create"], isFreedByRCU: true),
  ]

  /// Allocations of a CPU after the object, among which its companion is looked for.
  static let reach = 4
}
