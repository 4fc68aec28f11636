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
  /// Pages that the page hog holds.
  public var hogPages: Int
  /// Requests that the page allocator served: how many live, bytes asked for, bytes of their blocks, and how many were
  /// refused.
  public var largeObjects: Int
  public var largeRequestedBytes: Int
  public var largeBlockBytes: Int
  public var largeFailures: Int
  /// Frees that were refused: of pointers that are no live object.
  public var badFrees: Int
  /// Every living cache, in the order they were made.
  public var caches: [CacheSample]
}

/// One cache in an `EngineSample`.
public struct CacheSample: Sendable, Hashable {
  public var name: String
  public var isGeneral: Bool
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
  public var slabsGrown: Int
  public var slabsReturned: Int
  public var orderFallbacks: Int
  public var failedAllocations: Int

  /// The slabs one by one, by page frame number, where asked for.
  public var slabs: [SlabSample]?

  /// Objects that the slabs hold room for.
  public var totalObjects: Int {
    liveObjects + objectsInMagazines + freeObjectsInPartialSlabs + freeObjectsInEmptySlabs
  }
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
