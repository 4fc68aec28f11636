/// State of one cache at one time. Figures that the source does not know or count are nil, or, if they are not optional,
/// marked in ``unknownFigures``. ``value(of:)`` reads any figure and returns nil for both.
package struct CacheSnapshot: Sendable, Hashable {
  /// Name of the cache.
  package var name: String
  /// Whether the cache is a general cache, which serves allocations by size (kmalloc).
  package var isGeneral = false
  /// Name of the cache that reports the slabs of this cache: its own name, or that of another cache with which it shares
  /// slabs. In the latter case this cache reports only its objects.
  package var slabHolder = ""
  /// Usable bytes of an object.
  package var objectSize = 0
  /// Distance of two objects in a slab in bytes: object size, alignment and debug metadata.
  package var stride = 0
  /// Number of live objects; see ``activeIsUpperBound``.
  package var activeObjects = 0
  /// Number of objects that the slabs have room for.
  package var totalObjects = 0
  /// Free objects in per-CPU caches: an engine's magazines and depots, a kernel's CPU slabs, CPU partial lists and sheaves.
  package var objectsInMagazines = 0
  /// Requested bytes of the live objects; nil if not known.
  package var requestedBytes: Int?
  /// Number of slabs of all orders.
  package var slabs = 0
  /// Slabs without a free object; nil if not known.
  package var fullSlabs: Int?
  /// Slabs with live and free objects; of a kernel, only those on the partial lists of nodes. nil if not known.
  package var partialSlabs: Int?
  /// Slabs without a live object; of a kernel, only those on the partial lists of nodes. nil if not known.
  package var emptySlabs: Int?
  /// Number of slabs of each page order 0...10.
  package var slabsByOrder = CacheSnapshot.zeroByOrder
  /// Bytes of all slabs.
  package var slabBytes = 0
  /// Bytes at the end of non-empty slabs that are too few for another object.
  package var tailBytes = 0
  /// Page order that the cache requests first.
  package var preferredOrder = 0
  /// Number of objects in a slab of the preferred order.
  package var objectsPerPreferredSlab = 0
  /// Capacity of a CPU's magazine in objects; of a kernel, that of a sheaf.
  package var magazineCapacity = 0
  /// Objects allocated since the cache was created, or of a kernel since the start of a watch; nil if not counted.
  package var allocations: Int?
  /// Objects freed since the cache was created; of a kernel, those that were allocated since the start of a watch. nil if not
  /// counted.
  package var frees: Int?
  /// Number of times that a magazine was filled from slabs; nil if not counted.
  package var refills: Int?
  /// Number of times that a magazine was emptied into slabs; nil if not counted.
  package var flushes: Int?
  /// Slabs allocated from the page allocator; nil if not counted.
  package var slabsGrown: Int?
  /// Slabs returned to the page allocator; nil if not counted.
  package var slabsReturned: Int?
  /// Order fallbacks: slabs allocated with a lower page order than the preferred one because the page allocator had no block
  /// of the preferred order. A kernel does not count them; of a kernel these are the existing slabs of a lower order.
  package var orderFallbacks = 0
  /// Number of slabs of each page order 0...10 that were allocated instead of a higher order; nil if not counted.
  package var fallbacksByOrder: [Int]?
  /// Number of times that the page allocator had no block of each page order 0...10; nil if not counted.
  package var refusalsByOrder: [Int]?
  /// Planned page orders of the slabs and what became of the plan; nil if the source plans no orders, if another cache reports
  /// the slabs, and in a history.
  package var orderPlan: OrderPlanSnapshot?
  /// Allocations that failed because memory was exhausted; nil if not counted.
  package var failedAllocations: Int?
  /// Objects that were freed on another CPU than the allocating one and returned to it (remote frees); nil if not counted.
  package var remoteFreesReturned: Int?
  /// Number of times that the lock of the cache's pool was acquired; nil if not known, if another cache reports the slabs,
  /// and in a history.
  package var lockAcquisitions: Int?
  /// Number of lock acquisitions that waited for another thread; nil like ``lockAcquisitions``.
  package var lockContentions: Int?
  /// Sum of the waits for the lock, in cycles of the processor's time-stamp counter; nil like ``lockAcquisitions``.
  package var lockWaitCycles: Int?
  /// CPU slabs and slabs on the partial lists of CPUs, which only a kernel has; nil if not known. They do not count as full,
  /// partial or empty slabs.
  package var slabsOnCPUs: Int?
  /// Bytes of free objects in partial slabs, without those in per-CPU caches; nil if not known.
  package var freeBytesInPartialSlabs: Int?
  /// Number of slabs by the share of their objects that are in use: empty slabs, eight equal intervals, full slabs; nil if
  /// not known.
  package var slabsByOccupancy: [Int]?
  /// Whether the kernel can reclaim the objects under memory pressure; nil if not known.
  package var isReclaimable: Bool?
  /// Whether objects are charged to memory cgroups; nil if not known.
  package var isAccounted: Bool?
  /// True if `activeObjects` counts free objects in per-CPU caches as live, as /proc/slabinfo does; nil if it is exact.
  package var activeIsUpperBound: Bool?
  /// Slabs of this cache in the recorded kernel at this time; nil if not recorded.
  package var kernelSlabs: Int?
  /// Bytes of ``kernelSlabs``; nil if not recorded.
  package var kernelSlabBytes: Int?
  /// Bytes of live objects with their alignment and metadata, if the source has no number of objects from which they
  /// follow (an out-of-memory report); otherwise nil. See ``liveBytes``.
  package var activeBytes: Int?
  /// Figures without an optional that the source does not know. Empty for an engine.
  package var unknownFigures: FigureSet = []
  /// Names of other caches of a host that the kernel merged into this one; only of the selected cache, not exported.
  package var aliases: [String] = []
  /// Further figures from sysfs; only of the selected cache of a host, not exported.
  package var hostDetails: [Detail] = []
  /// Figure with its label.
  package struct Detail: Sendable, Hashable {
    /// Label on the screen.
    package var label: String
    /// Value of the figure.
    package var value: Int

    /// Creates a figure.
    package init(label: String, value: Int) { (self.label, self.value) = (label, value) }
  }
  /// Each slab of the cache; only of the selected cache, not exported.
  package var slabMap: [SlabSnapshot]?
  /// Slabs of a kernel's cache by list, page order and objects in use; not exported.
  package var occupancy: SlabOccupancy?
  /// Traffic since the start of a watch of the running kernel; nil without a watch, not exported.
  package var traffic: WatchedTraffic?

  /// Counts by page order that are all 0. Caches share this array, which saves an allocation for each of them.
  private static let zeroByOrder = [Int](repeating: 0, count: 11)

  /// Creates a cache without slabs.
  package init(name: String) {
    self.name = name
    slabHolder = name
  }

  /// Whether another cache reports the slabs of this cache.
  package var sharesSlabs: Bool { slabHolder != name }

  /// Bytes of live objects with their alignment and metadata; nil if not known.
  package var liveBytes: Int? {
    activeBytes ?? (knows([.activeObjects, .stride]) ? activeObjects * stride : nil)
  }

  /// Bytes of slabs without the requested bytes of live objects. If those are not known, the object size is subtracted for
  /// each live object instead.
  package var wasteBytes: Int { slabBytes - (requestedBytes ?? activeObjects * objectSize) }

  /// Whether the cache has slabs or has been used.
  package var isUsed: Bool { slabs > 0 || totalObjects > 0 || slabBytes > 0 || allocations ?? 0 > 0 }

  /// Live objects in percent of the objects that the slabs have room for; nil if not known and if there are no slabs.
  package var knownUsePercent: Double? {
    if knows([.activeObjects, .totalObjects]) { return totalObjects == 0 ? nil : usePercent }
    guard let activeBytes, knows(.slabBytes), slabBytes > 0 else { return nil }
    return Double(activeBytes) * 100 / Double(slabBytes)
  }

  /// Live objects in percent of the objects that the slabs have room for; 0 if there are no slabs.
  package var usePercent: Double { totalObjects == 0 ? 0 : Double(activeObjects) * 100 / Double(totalObjects) }

  /// Number of slabs of the preferred order that the live objects would need if they were packed without gaps; nil if not
  /// known.
  package var packedSlabs: Int? {
    guard activeIsUpperBound == nil, objectsPerPreferredSlab > 0, slabs > 0,
      knows([.activeObjects, .objectsPerPreferredSlab, .slabs])
    else { return nil }
    return (activeObjects + objectsPerPreferredSlab - 1) / objectsPerPreferredSlab
  }

  /// External fragmentation: percentage of the slab memory that packing without gaps into slabs of the preferred order would save;
  /// nil if not known. Bytes are compared, because the slabs of a cache can have different orders.
  package var externalFragmentationPercent: Double? {
    guard let packedSlabs, knows([.slabBytes, .preferredOrder]), slabBytes > 0 else { return nil }
    let packedBytes = packedSlabs * 4096 << preferredOrder
    return Double(max(0, slabBytes - packedBytes)) * 100 / Double(slabBytes)
  }

  /// Keys in JSON, each of a ``Figure``.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, stride, slabs, allocations, frees, refills, flushes
    case isGeneral = "is_general"
    case objectSize = "object_size"
    case activeObjects = "active_objects"
    case totalObjects = "total_objects"
    case objectsInMagazines = "objects_in_magazines"
    case requestedBytes = "requested_bytes"
    case activeBytes = "active_bytes"
    case fullSlabs = "full_slabs"
    case partialSlabs = "partial_slabs"
    case emptySlabs = "empty_slabs"
    case slabsByOrder = "slabs_by_order"
    case slabBytes = "slab_bytes"
    case tailBytes = "tail_bytes"
    case preferredOrder = "preferred_order"
    case objectsPerPreferredSlab = "objects_per_preferred_slab"
    case magazineCapacity = "magazine_capacity"
    case slabsGrown = "slabs_grown"
    case slabsReturned = "slabs_returned"
    case orderFallbacks = "order_fallbacks"
    case slabHolder = "slab_holder"
    case fallbacksByOrder = "fallbacks_by_order"
    case refusalsByOrder = "refusals_by_order"
    case orderPlan = "order_plan"
    case remoteFreesReturned = "remote_frees_returned"
    case failedAllocations = "failed_allocations"
    case lockAcquisitions = "lock_acquisitions"
    case lockContentions = "lock_contentions"
    case lockWaitCycles = "lock_wait_cycles"
    case slabsOnCPUs = "slabs_on_cpus"
    case freeBytesInPartialSlabs = "free_bytes_in_partial_slabs"
    case slabsByOccupancy = "slabs_by_occupancy"
    case isReclaimable = "is_reclaimable"
    case isAccounted = "is_accounted"
    case activeIsUpperBound = "active_is_upper_bound"
    case kernelSlabs = "kernel_slabs"
    case kernelSlabBytes = "kernel_slab_bytes"
  }
}
