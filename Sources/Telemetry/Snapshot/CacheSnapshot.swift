/// State of one cache at one time. Figures that the source does not know or count are nil, or, if they are not optional,
/// marked in ``unknownFigures``. ``value(of:)`` reads any figure and returns nil for both.
///
/// The figures are stored out of line and are copied when they are first changed. Most caches do not change from one snapshot to
/// the next, so that successive snapshots share their figures: a copy costs one reference count, and ``isIdentical(to:)`` finds
/// thousands of unchanged caches without reading a figure.
package struct CacheSnapshot: Sendable, Hashable {
  /// Figures that several values may share.
  package final class Storage: @unchecked Sendable {
    // Sendable, and without a check of exclusive access at each use: the figures are changed only while a single value refers to
    // them, and accesses to that value are checked.
    @exclusivity(unchecked) package var figures: CacheFigures

    @usableFromInline
    init(_ figures: CacheFigures) { self.figures = figures }
  }

  package var storage: Storage

  /// Creates a cache without slabs.
  package init(name: String) { storage = Storage(CacheFigures(name: name)) }

  /// Figures that no other value shares, to be changed.
  @inlinable
  package var ownFigures: CacheFigures {
    get { storage.figures }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.figures) }
      yield &storage.figures
    }
  }

  /// Returns whether both values share their figures. Figures that are not shared may be equal nevertheless.
  @inlinable @inline(__always)
  package func isIdentical(to other: CacheSnapshot) -> Bool { storage === other.storage }

  package static func == (left: CacheSnapshot, right: CacheSnapshot) -> Bool {
    if left.isIdentical(to: right) { return true }
    // The figures that change most often are compared first, because the full comparison copies the figures.
    guard left.activeObjects == right.activeObjects, left.totalObjects == right.totalObjects,
      left.allocations == right.allocations, left.name == right.name
    else { return false }
    return left.storage.figures == right.storage.figures
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(storage.figures) }

  /// Name of the cache.
  @inlinable package var name: String {
    get { storage.figures.name }
    _modify { yield &ownFigures.name }
  }
  /// Whether the cache is a general cache, which serves allocations by size (kmalloc).
  @inlinable package var isGeneral: Bool {
    get { storage.figures.isGeneral }
    _modify { yield &ownFigures.isGeneral }
  }
  /// Name of the cache that reports the slabs of this cache: its own name, or that of another cache with which it shares
  /// slabs. In the latter case this cache reports only its objects.
  @inlinable package var slabHolder: String {
    get { storage.figures.slabHolder }
    _modify { yield &ownFigures.slabHolder }
  }
  /// Usable bytes of an object.
  @inlinable package var objectSize: Int {
    get { storage.figures.objectSize }
    _modify { yield &ownFigures.objectSize }
  }
  /// Distance of two objects in a slab in bytes: object size, alignment and debug metadata.
  @inlinable package var stride: Int {
    get { storage.figures.stride }
    _modify { yield &ownFigures.stride }
  }
  /// Number of live objects; see ``activeIsUpperBound``.
  @inlinable package var activeObjects: Int {
    get { storage.figures.activeObjects }
    _modify { yield &ownFigures.activeObjects }
  }
  /// Number of objects that the slabs have room for.
  @inlinable package var totalObjects: Int {
    get { storage.figures.totalObjects }
    _modify { yield &ownFigures.totalObjects }
  }
  /// Free objects in per-CPU caches: an engine's magazines and depots, a kernel's CPU slabs, CPU partial lists and sheaves.
  @inlinable package var objectsInMagazines: Int {
    get { storage.figures.objectsInMagazines }
    _modify { yield &ownFigures.objectsInMagazines }
  }
  /// Requested bytes of the live objects; nil if not known.
  @inlinable package var requestedBytes: Int? {
    get { storage.figures.requestedBytes }
    _modify { yield &ownFigures.requestedBytes }
  }
  /// Number of slabs of all orders.
  @inlinable package var slabs: Int {
    get { storage.figures.slabs }
    _modify { yield &ownFigures.slabs }
  }
  /// Slabs without a free object; nil if not known.
  @inlinable package var fullSlabs: Int? {
    get { storage.figures.fullSlabs }
    _modify { yield &ownFigures.fullSlabs }
  }
  /// Slabs with live and free objects; of a kernel, only those on the partial lists of nodes. nil if not known.
  @inlinable package var partialSlabs: Int? {
    get { storage.figures.partialSlabs }
    _modify { yield &ownFigures.partialSlabs }
  }
  /// Slabs without a live object; of a kernel, only those on the partial lists of nodes. nil if not known.
  @inlinable package var emptySlabs: Int? {
    get { storage.figures.emptySlabs }
    _modify { yield &ownFigures.emptySlabs }
  }
  /// Number of slabs of each page order 0...10.
  @inlinable package var slabsByOrder: [Int] {
    get { storage.figures.slabsByOrder }
    _modify { yield &ownFigures.slabsByOrder }
  }
  /// Bytes of all slabs.
  @inlinable package var slabBytes: Int {
    get { storage.figures.slabBytes }
    _modify { yield &ownFigures.slabBytes }
  }
  /// Bytes at the end of non-empty slabs that are too few for another object.
  @inlinable package var tailBytes: Int {
    get { storage.figures.tailBytes }
    _modify { yield &ownFigures.tailBytes }
  }
  /// Page order that the cache requests first.
  @inlinable package var preferredOrder: Int {
    get { storage.figures.preferredOrder }
    _modify { yield &ownFigures.preferredOrder }
  }
  /// Number of objects in a slab of the preferred order.
  @inlinable package var objectsPerPreferredSlab: Int {
    get { storage.figures.objectsPerPreferredSlab }
    _modify { yield &ownFigures.objectsPerPreferredSlab }
  }
  /// Capacity of a CPU's magazine in objects; of a kernel, that of a sheaf.
  @inlinable package var magazineCapacity: Int {
    get { storage.figures.magazineCapacity }
    _modify { yield &ownFigures.magazineCapacity }
  }
  /// Objects allocated since the cache was created, or of a kernel since the start of a watch; nil if not counted.
  @inlinable package var allocations: Int? {
    get { storage.figures.allocations }
    _modify { yield &ownFigures.allocations }
  }
  /// Objects freed since the cache was created; of a kernel, those that were allocated since the start of a watch. nil if not
  /// counted.
  @inlinable package var frees: Int? {
    get { storage.figures.frees }
    _modify { yield &ownFigures.frees }
  }
  /// Number of times that a magazine was filled from slabs; nil if not counted.
  @inlinable package var refills: Int? {
    get { storage.figures.refills }
    _modify { yield &ownFigures.refills }
  }
  /// Number of times that a magazine was emptied into slabs; nil if not counted.
  @inlinable package var flushes: Int? {
    get { storage.figures.flushes }
    _modify { yield &ownFigures.flushes }
  }
  /// Slabs allocated from the page allocator; nil if not counted.
  @inlinable package var slabsGrown: Int? {
    get { storage.figures.slabsGrown }
    _modify { yield &ownFigures.slabsGrown }
  }
  /// Slabs returned to the page allocator; nil if not counted.
  @inlinable package var slabsReturned: Int? {
    get { storage.figures.slabsReturned }
    _modify { yield &ownFigures.slabsReturned }
  }
  /// Order fallbacks: slabs allocated with a lower page order than the preferred one because the page allocator had no block
  /// of the preferred order. A kernel does not count them; of a kernel these are the existing slabs of a lower order.
  @inlinable package var orderFallbacks: Int {
    get { storage.figures.orderFallbacks }
    _modify { yield &ownFigures.orderFallbacks }
  }
  /// Number of slabs of each page order 0...10 that were allocated instead of a higher order; nil if not counted.
  @inlinable package var fallbacksByOrder: [Int]? {
    get { storage.figures.fallbacksByOrder }
    _modify { yield &ownFigures.fallbacksByOrder }
  }
  /// Number of times that the page allocator had no block of each page order 0...10; nil if not counted.
  @inlinable package var refusalsByOrder: [Int]? {
    get { storage.figures.refusalsByOrder }
    _modify { yield &ownFigures.refusalsByOrder }
  }
  /// Planned page orders of the slabs and what became of the plan; nil if the source plans no orders, if another cache reports
  /// the slabs, and in a history.
  @inlinable package var orderPlan: OrderPlanSnapshot? {
    get { storage.figures.orderPlan }
    _modify { yield &ownFigures.orderPlan }
  }
  /// Allocations that failed because memory was exhausted; nil if not counted.
  @inlinable package var failedAllocations: Int? {
    get { storage.figures.failedAllocations }
    _modify { yield &ownFigures.failedAllocations }
  }
  /// Objects that were freed on another CPU than the allocating one and returned to it (remote frees); nil if not counted.
  @inlinable package var remoteFreesReturned: Int? {
    get { storage.figures.remoteFreesReturned }
    _modify { yield &ownFigures.remoteFreesReturned }
  }
  /// Number of times that the lock of the cache's pool was acquired; nil if not known, if another cache reports the slabs,
  /// and in a history.
  @inlinable package var lockAcquisitions: Int? {
    get { storage.figures.lockAcquisitions }
    _modify { yield &ownFigures.lockAcquisitions }
  }
  /// Number of lock acquisitions that waited for another thread; nil like ``lockAcquisitions``.
  @inlinable package var lockContentions: Int? {
    get { storage.figures.lockContentions }
    _modify { yield &ownFigures.lockContentions }
  }
  /// Sum of the waits for the lock, in cycles of the processor's time-stamp counter; nil like ``lockAcquisitions``.
  @inlinable package var lockWaitCycles: Int? {
    get { storage.figures.lockWaitCycles }
    _modify { yield &ownFigures.lockWaitCycles }
  }
  /// CPU slabs and slabs on the partial lists of CPUs, which only a kernel has; nil if not known. They do not count as full,
  /// partial or empty slabs.
  @inlinable package var slabsOnCPUs: Int? {
    get { storage.figures.slabsOnCPUs }
    _modify { yield &ownFigures.slabsOnCPUs }
  }
  /// Bytes of free objects in partial slabs, without those in per-CPU caches; nil if not known.
  @inlinable package var freeBytesInPartialSlabs: Int? {
    get { storage.figures.freeBytesInPartialSlabs }
    _modify { yield &ownFigures.freeBytesInPartialSlabs }
  }
  /// Number of slabs by the share of their objects that are in use: empty slabs, eight equal intervals, full slabs; nil if
  /// not known.
  @inlinable package var slabsByOccupancy: [Int]? {
    get { storage.figures.slabsByOccupancy }
    _modify { yield &ownFigures.slabsByOccupancy }
  }
  /// Whether the kernel can reclaim the objects under memory pressure; nil if not known.
  @inlinable package var isReclaimable: Bool? {
    get { storage.figures.isReclaimable }
    _modify { yield &ownFigures.isReclaimable }
  }
  /// Whether objects are charged to memory cgroups; nil if not known.
  @inlinable package var isAccounted: Bool? {
    get { storage.figures.isAccounted }
    _modify { yield &ownFigures.isAccounted }
  }
  /// True if `activeObjects` counts free objects in per-CPU caches as live, as /proc/slabinfo does; nil if it is exact.
  @inlinable package var activeIsUpperBound: Bool? {
    get { storage.figures.activeIsUpperBound }
    _modify { yield &ownFigures.activeIsUpperBound }
  }
  /// Slabs of this cache in the recorded kernel at this time; nil if not recorded.
  @inlinable package var kernelSlabs: Int? {
    get { storage.figures.kernelSlabs }
    _modify { yield &ownFigures.kernelSlabs }
  }
  /// Bytes of ``kernelSlabs``; nil if not recorded.
  @inlinable package var kernelSlabBytes: Int? {
    get { storage.figures.kernelSlabBytes }
    _modify { yield &ownFigures.kernelSlabBytes }
  }
  /// Bytes of live objects with their alignment and metadata, if the source has no number of objects from which they
  /// follow (an out-of-memory report); otherwise nil. See ``liveBytes``.
  @inlinable package var activeBytes: Int? {
    get { storage.figures.activeBytes }
    _modify { yield &ownFigures.activeBytes }
  }
  /// Figures without an optional that the source does not know. Empty for an engine.
  @inlinable package var unknownFigures: FigureSet {
    get { storage.figures.unknownFigures }
    _modify { yield &ownFigures.unknownFigures }
  }
  /// Names of other caches of a host that the kernel merged into this one; only of the selected cache, not exported.
  @inlinable package var aliases: [String] {
    get { storage.figures.aliases }
    _modify { yield &ownFigures.aliases }
  }
  /// Further figures from sysfs; only of the selected cache of a host, not exported.
  @inlinable package var hostDetails: [Detail] {
    get { storage.figures.hostDetails }
    _modify { yield &ownFigures.hostDetails }
  }
  /// Each slab of the cache; only of the selected cache, not exported.
  @inlinable package var slabMap: [SlabSnapshot]? {
    get { storage.figures.slabMap }
    _modify { yield &ownFigures.slabMap }
  }
  /// Slabs of a kernel's cache by list, page order and objects in use; not exported.
  @inlinable package var occupancy: SlabOccupancy? {
    get { storage.figures.occupancy }
    _modify { yield &ownFigures.occupancy }
  }
  /// Traffic since the start of a watch of the running kernel; nil without a watch, not exported.
  @inlinable package var traffic: WatchedTraffic? {
    get { storage.figures.traffic }
    _modify { yield &ownFigures.traffic }
  }

  /// Figure with its label.
  package struct Detail: Sendable, Hashable {
    /// Label on the screen.
    package var label: String
    /// Value of the figure.
    package var value: Int

    /// Creates a figure.
    package init(label: String, value: Int) { (self.label, self.value) = (label, value) }
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
