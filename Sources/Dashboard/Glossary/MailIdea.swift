/// Idea of the mail that slabscope implements: Mark Hemment to linux-kernel, 27 August 2000, "Re: kmalloc optimization". The raw value
/// is the name that comments and documents use.
package enum MailIdea: String, Sendable, Hashable, CaseIterable {
  case dataCapture = "S1"
  case bestSizes = "S2"
  case newSizes = "S3"
  case sharing = "S4"
  case ownCaches = "S5"
  case packetData = "S6"
  case mixedOrders = "S7"
  case shuffling = "S8"

  /// The idea in a few words.
  package var title: String {
    switch self {
    case .dataCapture: "data capture in kmalloc"
    case .bestSizes: "the best sizes have to be determined"
    case .newSizes: "new sizes while the allocator runs"
    case .sharing: "slabs shared between caches"
    case .ownCaches: "caches of their own for heavy users"
    case .packetData: "packet data in pages"
    case .mixedOrders: "slabs of several page orders in one cache"
    case .shuffling: "background slab shuffling"
    }
  }

  /// Sentences of the mail, word for word and with its spelling. S2, the second half of S5 and S6 are sentences that it answers.
  package var quotation: String {
    switch self {
    case .dataCapture:
      "It is possible to add the necessary data capture abilities to kmalloc() and friends, with a build time option."
    case .bestSizes: "The best numbers have to be determined, it requires extensive profiling runs."
    case .newSizes:
      "allows new sizes to be added dynamically without needing to have a lock guarding the linkages between the different "
        + "general cache size nodes (gnodes)."
    case .sharing:
      "slabs can be shared between caches where the objects are of similar size. This allows a specific cache to also be "
        + "exported as a general cache (still giving correct object usage counts for each sharing cache)."
    case .ownCaches:
      "Also the most heavy users are probably better converted to direct calls of kmem_cache_alloc"
    case .packetData:
      "1500bytes slab unfortunately is not too useful, because it does not fit well in 4K pages (you would need 8K or 16K page "
        + "allocations, which the mm system does not like much due to fragmentation)"
    case .mixedOrders:
      "By alternating between the different orders, and falling back on the order on allocation failures, allows for large slabs "
        + "to be used with protection of smaller slabs when the VM can't cope."
    case .shuffling:
      "Couple this with some \"background\" slab shuffling (to reduce fragmentation), seems to work well on both high and low "
        + "memory machines."
    }
  }

  /// What the mail says about the cost of sharing, word for word.
  package static let costOfSharing =
    "The only disadvantage there is increased lock contention inside my slab_info structures, but heavily used caches can insure "
    + "they don't share via a SLAB_PERFORMANCE creation flag."
}
