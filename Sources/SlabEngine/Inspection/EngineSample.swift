/// What an engine holds at one moment: the raw figures from which a snapshot is made. Every byte of machine memory is
/// in exactly one account, also while other threads allocate and free (see `SlabEngine.sample(mapping:)`).
public struct EngineSample: Sendable, Hashable {
  /// Bytes of machine memory and of one page.
  public var memoryBytes: Int
  public var pageBytes: Int
  public var cpus: Int
  /// Free blocks of each order 0...10, and the pages in them.
  public var freeBlocksByOrder: [Int]
  public var freePages: Int
  /// Free pages that the system has back, or never gave.
  public var pagesWithSystem: Int
  /// Pages that the page hog holds.
  public var hogPages: Int
  /// Page allocations that were made to fail.
  public var injectedFailures: Int
  /// Requests that the page allocator served: how many live, bytes asked for, bytes of their blocks, and how many were
  /// refused.
  public var largeObjects: Int
  public var largeRequestedBytes: Int
  public var largeBlockBytes: Int
  public var largeFailures: Int
  /// Frees that were refused: of pointers that are no live object of the cache.
  public var badFrees: Int
  /// Whether the bytes that owners asked for are known; if not, each live object counts with its whole size.
  public var knowsRequestedBytes: Bool
  /// Every living cache, in the order they were made.
  public var caches: [CacheSample]
}

/// One cache in an `EngineSample`.
///
/// Where caches share slabs, all that is said of slabs, their tails and their free objects stands at one of them, the
/// `slabHolder`, so that sums over caches count every slab once; the others have their objects only.
public struct CacheSample: Sendable, Hashable {
  public var name: String
  public var isGeneral: Bool
  /// The cache in whose name the slabs are reported that this one draws from: itself, unless it shares.
  public var slabHolder: String
  public var objectSize: Int
  public var stride: Int
  public var preferredOrder: Int
  public var objectsPerPreferredSlab: Int
  public var magazineCapacity: Int

  /// Objects that live, that magazines and depots hold, that are free in partial and in empty slabs: together all that
  /// the slabs hold room for.
  public var liveObjects: Int
  public var objectsInMagazines: Int
  public var freeObjectsInPartialSlabs: Int
  public var freeObjectsInEmptySlabs: Int
  /// Bytes that owners of live objects asked for.
  public var requestedBytes: Int

  /// Slabs per order 0...10, and by occupancy.
  public var slabsByOrder: [Int]
  public var fullSlabs: Int
  public var partialSlabs: Int
  public var emptySlabs: Int
  /// Bytes of all slabs, of the empty ones, and of the tails of the others.
  public var slabBytes: Int
  public var emptySlabBytes: Int
  public var tailBytes: Int

  /// Counters since the cache was made.
  public var allocations: Int
  public var refills: Int
  public var flushes: Int
  public var failedAllocations: Int
  /// Waits of a CPU for another at the depot, since magazines last grew.
  public var depotContentions: Int
  /// Objects that were freed on another CPU than their slab's and returned to it.
  public var remoteFreesReturned: Int
  /// Slabs per order 0...10 since the cache was made: made, given back, refused by the page allocator, and made in place
  /// of a higher order.
  public var slabsGrownByOrder: [Int]
  public var slabsReturnedByOrder: [Int]
  public var refusalsByOrder: [Int]
  public var fallbacksByOrder: [Int]

  /// The slabs one by one, by page frame number, where asked for.
  public var slabs: [SlabSample]?

  /// Objects that live or are free in reach of this cache. Of a cache that shares another's slabs, only its own.
  public var totalObjects: Int {
    liveObjects + objectsInMagazines + freeObjectsInPartialSlabs + freeObjectsInEmptySlabs
  }

  /// Slabs made, given back, and made in place of a higher order.
  public var slabsGrown: Int { slabsGrownByOrder.reduce(0, +) }
  public var slabsReturned: Int { slabsReturnedByOrder.reduce(0, +) }
  public var orderFallbacks: Int { fallbacksByOrder.reduce(0, +) }
}

/// One slab in a `CacheSample`.
public struct SlabSample: Sendable, Hashable {
  /// Number of its first page, counted from the start of machine memory.
  public var pageFrameNumber: Int
  public var order: Int
  public var objects: Int
  /// Objects out of the slab: live, or in a magazine.
  public var objectsOut: Int
}
