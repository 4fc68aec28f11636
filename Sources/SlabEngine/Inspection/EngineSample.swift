/// What an engine holds at one moment: the raw figures from which a snapshot is made. Every byte of machine memory is
/// in exactly one account, also while other threads allocate and free (see `SlabEngine.sample(mapping:)`).
public struct EngineSample: Sendable, Hashable {
  /// Bytes of machine memory and of one page.
  public var memoryBytes: Int
  /// Bytes of a page.
  public var pageBytes: Int
  /// CPUs of the machine.
  public var cpus: Int
  /// Free blocks of each order 0...10, and the pages in them.
  public var freeBlocksByOrder: [Int]
  /// Pages in free blocks.
  public var freePages: Int
  /// The most pages that were ever in use at once: by slabs, large requests and the hog.
  public var peakPagesInUse: Int
  /// Free pages that the system has back, or never gave.
  public var pagesWithSystem: Int
  /// Pages that the page hog holds.
  public var hogPages: Int
  /// Page allocations that were made to fail.
  public var injectedFailures: Int
  /// Requests that the page allocator served: how many live, bytes asked for, bytes of their blocks, and how many were
  /// refused.
  public var largeObjects: Int
  /// Bytes that live large requests asked for.
  public var largeRequestedBytes: Int
  /// Bytes of the blocks that serve them.
  public var largeBlockBytes: Int
  /// Large requests that were refused.
  public var largeFailures: Int
  /// Frees that were refused: of pointers that are no live object of the cache.
  public var badFrees: Int
  /// Whether the bytes that owners asked for are known; if not, each live object counts with its whole size.
  public var knowsRequestedBytes: Bool
  /// The list of general caches, in order; nil of a machine that has no such list.
  public var generalCaches: [GeneralCacheSample]?
  /// Every living cache, in the order they were made.
  public var caches: [CacheSample]
}

/// One cache in an `EngineSample`.
///
/// Where caches share slabs, all that is said of slabs, their tails and their free objects stands at one of them, the
/// `slabHolder`, so that sums over caches count every slab once. The others have their objects only, and of the slabs'
/// bytes those that their objects take; the holder has the rest.
public struct CacheSample: Sendable, Hashable {
  /// The name it was created under.
  public var name: String
  /// Whether it serves kmalloc.
  public var isGeneral: Bool
  /// The cache in whose name the slabs are reported that this one draws from: itself, unless it shares.
  public var slabHolder: String
  /// Bytes an owner may use of each object.
  public var objectSize: Int
  /// Bytes from one object to the next.
  public var stride: Int
  /// The order that its slabs have unless memory is short or orders alternate.
  public var preferredOrder: Int
  /// Objects in a slab of that order.
  public var objectsPerPreferredSlab: Int
  /// Rounds up to which CPUs fill a magazine at present.
  public var magazineCapacity: Int

  /// Objects that live, that magazines and depots hold, that are free in partial and in empty slabs: together all that
  /// the slabs hold room for.
  public var liveObjects: Int
  /// Objects that magazines and depots hold.
  public var objectsInMagazines: Int
  /// Free objects in slabs that also have some out.
  public var freeObjectsInPartialSlabs: Int
  /// Objects of slabs that have none out.
  public var freeObjectsInEmptySlabs: Int
  /// Bytes that owners of live objects asked for.
  public var requestedBytes: Int

  /// Slabs per order 0...10, and by occupancy.
  public var slabsByOrder: [Int]
  /// Slabs with every object out.
  public var fullSlabs: Int
  /// Slabs with some objects out.
  public var partialSlabs: Int
  /// Slabs with no object out.
  public var emptySlabs: Int
  /// Bytes of all slabs, of the empty ones, and of the tails of the others.
  public var slabBytes: Int
  /// Bytes of the empty slabs.
  public var emptySlabBytes: Int
  /// Bytes of the free objects in partial slabs.
  public var freeBytesInPartialSlabs = 0
  /// Bytes that objects in slabs of a pool which the cache left take beyond `stride`; less where negative.
  public var strayBytes = 0
  /// Bytes of the other slabs that no object covers.
  public var tailBytes: Int

  /// Counters since the cache was made.
  public var allocations: Int
  /// Times that a CPU took a batch from the slabs.
  public var refills: Int
  /// Times that a batch was put back into the slabs.
  public var flushes: Int
  /// Allocations refused for want of memory.
  public var failedAllocations: Int
  /// Waits of a CPU for another at the depot, since magazines last grew.
  public var depotContentions: Int
  /// Times that the lock of the cache's pool was taken; nil of a cache that draws from another's slabs, and of a machine
  /// without such locks.
  public var lockAcquisitions: Int?
  /// Those of them that had to wait for another thread.
  public var lockContentions: Int?
  /// Cycles of the processor's time-stamp counter that those waited, together.
  public var lockWaitCycles: Int?
  /// Objects that were freed on another CPU than their slab's and returned to it.
  public var remoteFreesReturned: Int
  /// Slabs per order 0...10 since the cache was made: made, given back, refused by the page allocator, and made in place
  /// of a higher order.
  public var slabsGrownByOrder: [Int]
  /// Slabs given back, by order.
  public var slabsReturnedByOrder: [Int]
  /// Times that the page allocator refused an order.
  public var refusalsByOrder: [Int]
  /// Slabs made in place of a higher order, by their own.
  public var fallbacksByOrder: [Int]

  /// The slabs one by one, by page frame number, where asked for.
  public var slabs: [SlabSample]?

  /// Objects that live or are free in reach of this cache. Of a cache that shares another's slabs, only its own.
  public var totalObjects: Int {
    liveObjects + objectsInMagazines + freeObjectsInPartialSlabs + freeObjectsInEmptySlabs
  }

  /// Slabs made, given back, and made in place of a higher order.
  public var slabsGrown: Int { slabsGrownByOrder.reduce(0, +) }
  /// Slabs given back.
  public var slabsReturned: Int { slabsReturnedByOrder.reduce(0, +) }
  /// Slabs made in place of a higher order.
  public var orderFallbacks: Int { fallbacksByOrder.reduce(0, +) }
}

extension EngineSample {
  /// A machine of so much memory that holds nothing.
  public init(memoryBytes: Int, pageBytes: Int, cpus: Int) {
    self.init(
      memoryBytes: memoryBytes, pageBytes: pageBytes, cpus: cpus, freeBlocksByOrder: [], freePages: 0,
      peakPagesInUse: 0, pagesWithSystem: 0, hogPages: 0, injectedFailures: 0, largeObjects: 0,
      largeRequestedBytes: 0, largeBlockBytes: 0, largeFailures: 0, badFrees: 0, knowsRequestedBytes: true,
      generalCaches: nil, caches: [])
  }
}

extension CacheSample {
  /// A cache that holds nothing and shares with none.
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

/// One slab in a `CacheSample`.
public struct SlabSample: Sendable, Hashable {
  /// Number of its first page, counted from the start of machine memory.
  public var pageFrameNumber: Int
  /// Its page order.
  public var order: Int
  /// Objects that it holds room for.
  public var objects: Int
  /// Objects out of the slab: live, or in a magazine.
  public var objectsOut: Int
  /// Those of them that lie in a depot, free.
  public var objectsInDepots: Int
  /// The cache that most of the objects out belong to; of a pool that nobody shares, its only cache.
  public var owner: String
}

extension SlabSample {
  /// A slab with every figure given.
  public init(page: Int, order: Int, objects: Int, objectsOut: Int, owner: String) {
    self.init(
      pageFrameNumber: page, order: order, objects: objects, objectsOut: objectsOut, objectsInDepots: 0, owner: owner)
  }
}
