/// Figures of one cache in an `EngineSample`.
///
/// If caches share slabs, the figures of the slabs, of their tails and of their free objects are reported by one of
/// these caches, named by `slabHolder`, so that sums over all caches count each slab once. Each of the other caches
/// reports only its own objects and, in `slabBytes`, only the bytes of its objects in use; the slab holder reports the
/// rest of the slabs.
public struct CacheSample: Sendable, Hashable {
  /// Name of the cache.
  public var name: String
  /// Whether this is a general cache (kmalloc).
  public var isGeneral: Bool
  /// Name of the cache that reports the figures of the slabs that this cache uses: its own name, unless another cache
  /// reports slabs that both share.
  public var slabHolder: String
  /// Size of an object in bytes that its owner may use.
  public var objectSize: Int
  /// Distance between the starts of two objects in bytes.
  public var stride: Int
  /// Page order of new slabs, unless memory is short or the policy alternates between orders.
  public var preferredOrder: Int
  /// Number of objects in a slab of the preferred order.
  public var objectsPerPreferredSlab: Int
  /// Number of rounds up to which a CPU currently fills a magazine.
  public var magazineCapacity: Int

  /// Number of live objects.
  public var liveObjects: Int
  /// Number of free objects in magazines, depots and queues of remote frees.
  public var objectsInMagazines: Int
  /// Number of free objects in slabs that also have objects in use.
  public var freeObjectsInPartialSlabs: Int
  /// Number of objects in slabs without an object in use.
  public var freeObjectsInEmptySlabs: Int
  /// Bytes that were requested for the live objects.
  public var requestedBytes: Int

  /// Number of slabs of each page order 0...10.
  public var slabsByOrder: [Int]
  /// Number of slabs whose objects are all in use.
  public var fullSlabs: Int
  /// Number of slabs with both free objects and objects in use.
  public var partialSlabs: Int
  /// Number of slabs without an object in use.
  public var emptySlabs: Int
  /// Bytes of all slabs.
  public var slabBytes: Int
  /// Bytes of the empty slabs.
  public var emptySlabBytes: Int
  /// Bytes of the free objects in partial slabs.
  public var freeBytesInPartialSlabs = 0
  /// Bytes of objects in use that `stride` does not account for, because they are in slabs of a pool with another
  /// stride that the cache has left; may be negative.
  public var strayBytes = 0
  /// Bytes of the non-empty slabs that are not covered by objects.
  public var tailBytes: Int

  /// Number of objects allocated since the cache was created.
  public var allocations: Int
  /// Number of times that a CPU took a batch of objects from the slabs.
  public var refills: Int
  /// Number of times that a batch of objects was returned to the slabs.
  public var flushes: Int
  /// Number of allocations that failed because memory was exhausted.
  public var failedAllocations: Int
  /// Number of times that a CPU waited for the depot's lock since the magazine capacity last grew.
  public var depotContentions: Int
  /// Number of times that the lock of the cache's pool was taken; nil if another cache reports the slabs, or if the
  /// source has no such locks.
  public var lockAcquisitions: Int?
  /// Number of acquisitions of the pool's lock that waited for another thread; nil as for `lockAcquisitions`.
  public var lockContentions: Int?
  /// Total time of these waits, in cycles of the processor's time-stamp counter; nil as for `lockAcquisitions`.
  public var lockWaitCycles: Int?
  /// Planned page orders of the slabs and what became of the plan; nil if the cache uses another cache's slabs, and on a
  /// machine that plans no orders.
  public var orderPlan: OrderPlanSample?
  /// Number of remote frees that were returned to the CPU that allocated the object from its slab.
  public var remoteFreesReturned: Int
  /// Number of slabs of each page order 0...10 that were added since the cache was created.
  public var slabsGrownByOrder: [Int]
  /// Number of slabs of each page order that were returned to the page allocator.
  public var slabsReturnedByOrder: [Int]
  /// Number of times that the page allocator refused each page order.
  public var refusalsByOrder: [Int]
  /// Number of slabs of each page order that were added in place of a higher order.
  public var fallbacksByOrder: [Int]

  /// The slabs in ascending order of page frame number, if the cache was the mapped one; otherwise nil.
  public var slabs: [SlabSample]?

  /// Number of objects that are live or free. A cache that shares the slabs of another counts only its own objects.
  public var totalObjects: Int {
    liveObjects + objectsInMagazines + freeObjectsInPartialSlabs + freeObjectsInEmptySlabs
  }

  /// Number of slabs added since the cache was created.
  public var slabsGrown: Int { slabsGrownByOrder.reduce(0, +) }
  /// Number of slabs returned to the page allocator.
  public var slabsReturned: Int { slabsReturnedByOrder.reduce(0, +) }
  /// Number of slabs added in place of a higher order.
  public var orderFallbacks: Int { fallbacksByOrder.reduce(0, +) }
}

extension CacheSample {
  /// Creates a sample of a cache without slabs, which shares with no other cache. All figures are 0.
  public init(name: String, objectSize: Int, stride: Int) {
    let none = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)
    self.init(
      name: name, isGeneral: false, slabHolder: name, objectSize: objectSize, stride: stride, preferredOrder: 0,
      objectsPerPreferredSlab: 0, magazineCapacity: 0, liveObjects: 0, objectsInMagazines: 0,
      freeObjectsInPartialSlabs: 0, freeObjectsInEmptySlabs: 0, requestedBytes: 0, slabsByOrder: none, fullSlabs: 0,
      partialSlabs: 0, emptySlabs: 0, slabBytes: 0, emptySlabBytes: 0, tailBytes: 0, allocations: 0, refills: 0,
      flushes: 0, failedAllocations: 0, depotContentions: 0, remoteFreesReturned: 0, slabsGrownByOrder: none,
      slabsReturnedByOrder: none, refusalsByOrder: none, fallbacksByOrder: none, slabs: nil)
  }
}
