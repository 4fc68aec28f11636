import Recordings

/// Role of a call site in the replay of a kernel's events, derived from its function.
struct CallSiteRole: Sendable, Hashable {
  /// Whether the function belongs to SLUB, which allocates its own metadata there. Such events depend on the slabs of the
  /// recorded kernel, not on the workload, and are not replayed.
  var isAllocatorInternal = false
  /// Number of the pair whose object the function allocates, from 1; 0 for none.
  var object: UInt8 = 0
  /// Number of the pair whose companion the function allocates, from 1; 0 for none.
  var companion: UInt8 = 0
  /// Whether a free by the function frees the companion only, because the object gets a new companion.
  var replacesCompanion = false

  /// Creates the role of a symbol of a recording: `function+0x1d/0x60`, or only `function`.
  init(symbol: String) {
    let function = AllocatorCallSites.function(of: symbol)
    isAllocatorInternal = AllocatorCallSites.contains(symbol)
    replacesCompanion = function == "pskb_expand_head"
    for (index, pair) in UnseenFreePair.all.enumerated() {
      if pair.objectFunctions.contains(function) { object = UInt8(index + 1) }
      if pair.companionFunctions.contains(function) { companion = UInt8(index + 1) }
    }
  }
}
