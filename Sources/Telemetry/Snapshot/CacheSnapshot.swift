/// One cache at one moment.
public struct CacheSnapshot: Sendable, Hashable, Codable {
  /// The name it was created under.
  public var name: String
  /// Whether it serves kmalloc.
  public var isGeneral = false
  /// The cache in whose name the slabs are reported that this one draws from: its own name, unless it shares; then it
  /// reports its objects only.
  public var slabHolder = ""
  /// Bytes an owner may use, and bytes from one object to the next.
  public var objectSize = 0
  /// Bytes from one object to the next.
  public var stride = 0
  /// Live objects, and objects that the slabs hold room for.
  public var activeObjects = 0
  /// Objects that its slabs hold room for.
  public var totalObjects = 0
  /// Free objects in per-CPU caches: an engine's magazines and depots, a kernel's CPU slabs, CPU partial lists and sheaves.
  public var objectsInMagazines = 0
  /// Bytes that owners of the live objects requested; nil if not known.
  public var requestedBytes: Int?
  /// Number of slabs of all orders.
  public var slabs = 0
  /// Slabs without a free object; nil if not known.
  public var fullSlabs: Int?
  /// Slabs with live and free objects, of a kernel those on the nodes' partial lists; nil if not known.
  public var partialSlabs: Int?
  /// Slabs without a live object, of a kernel those on the nodes' partial lists; nil if not known.
  public var emptySlabs: Int?
  /// Slabs of each order 0...10.
  public var slabsByOrder = CacheSnapshot.noneByOrder
  /// Bytes of all slabs.
  public var slabBytes = 0
  /// Bytes of non-empty slabs that no object covers.
  public var tailBytes = 0
  /// The order asked for first, and the objects in a slab of it.
  public var preferredOrder = 0
  /// Objects in a slab of the preferred order.
  public var objectsPerPreferredSlab = 0
  /// Rounds up to which CPUs fill a magazine.
  public var magazineCapacity = 0
  /// Objects allocated since the cache was created; nil if not counted. A kernel counts none of the operations below.
  public var allocations: Int?
  /// Objects freed since the cache was created; nil if not counted.
  public var frees: Int?
  /// Magazines filled from slabs; nil if not counted.
  public var refills: Int?
  /// Magazines emptied into slabs; nil if not counted.
  public var flushes: Int?
  /// Slabs allocated from the page allocator; nil if not counted.
  public var slabsGrown: Int?
  /// Slabs returned to the page allocator; nil if not counted.
  public var slabsReturned: Int?
  /// Slabs of a lower order than the preferred one, since memory bore no more.
  public var orderFallbacks = 0
  /// Slabs of each order 0...10 that were allocated in place of a higher order; nil if not counted.
  public var fallbacksByOrder: [Int]?
  /// Times that the page allocator refused each order 0...10; nil if not counted.
  public var refusalsByOrder: [Int]?
  /// Allocations refused because memory was exhausted; nil if not counted.
  public var failedAllocations: Int?
  /// Objects freed on another CPU than their slab's and returned there; nil if not counted.
  public var remoteFreesReturned: Int?
  /// Times that the lock of the cache's pool was taken; nil if not known, of a cache in another's slabs, and in a history.
  public var lockAcquisitions: Int?
  /// Those of them that had to wait for another thread.
  public var lockContentions: Int?
  /// Cycles of the processor's time-stamp counter that those waited, together.
  public var lockWaitCycles: Int?
  /// Slabs that CPUs allocate from, and slabs on their partial lists; nil if not known. Only a kernel has these: they are
  /// neither among the full nor among the partial nor among the empty slabs.
  public var slabsOnCPUs: Int?
  /// Bytes of free objects in partial slabs, without those in per-CPU caches; nil if not known.
  public var freeBytesInPartialSlabs: Int?
  /// Slabs by the share of their objects in use: empty, eight equal parts, full; nil if not known.
  public var slabsByOccupancy: [Int]?
  /// Whether the kernel can reclaim the objects under memory pressure; nil if not known.
  public var isReclaimable: Bool?
  /// Whether objects are charged to memory cgroups; nil if not known.
  public var isAccounted: Bool?
  /// True if `activeObjects` counts free objects in per-CPU caches as live, as /proc/slabinfo does; nil if it is exact.
  public var activeIsUpperBound: Bool?
  /// Slabs that the recorded kernel's cache of this name had at this moment of the recording; nil if the recording does not tell.
  public var kernelSlabs: Int?
  /// Bytes of those slabs; nil if the recording does not tell.
  public var kernelSlabBytes: Int?
  /// Other names that the same cache goes by on a host, since the kernel merged them; of the watched cache only, not exported.
  public var aliases: [String] = []
  /// What a host says of the watched cache besides; not exported.
  public var hostDetails: [Detail] = []
  /// A figure with its name.
  public struct Detail: Sendable, Hashable {
    /// What it counts.
    public var label: String
    /// How many.
    public var value: Int

    /// A figure with its name.
    public init(label: String, value: Int) { (self.label, self.value) = (label, value) }
  }
  /// The slabs one by one, where the snapshot was asked for this cache in detail; not exported.
  public var slabMap: [SlabSnapshot]?
  /// A kernel's slabs by list, order and objects in use; not exported.
  package var occupancy: SlabOccupancy?

  /// Nothing of any order: one array for all caches that have nothing to say.
  private static let noneByOrder = [Int](repeating: 0, count: 11)

  /// A cache that holds nothing.
  public init(name: String) {
    self.name = name
    slabHolder = name
  }

  /// Whether its objects lie in another cache's slabs.
  public var sharesSlabs: Bool { slabHolder != name }

  /// Bytes of slabs that no owner of a live object requested. If requests are not known, live objects count whole.
  public var wasteBytes: Int { slabBytes - (requestedBytes ?? activeObjects * objectSize) }

  /// Whether the cache has slabs or has been used.
  public var isUsed: Bool { slabs > 0 || totalObjects > 0 || allocations ?? 0 > 0 }

  /// Live objects in percent of those the slabs hold room for; 0 of none.
  public var usePercent: Double { totalObjects == 0 ? 0 : Double(activeObjects) * 100 / Double(totalObjects) }

  /// Slabs of the preferred order that would hold the live objects if they were packed perfectly; nil if not known.
  public var packedSlabs: Int? {
    guard activeIsUpperBound == nil, objectsPerPreferredSlab > 0, slabs > 0 else { return nil }
    return (activeObjects + objectsPerPreferredSlab - 1) / objectsPerPreferredSlab
  }

  /// Percentage of the slabs that perfect packing would save, the loss to external fragmentation; nil if not known.
  public var externalFragmentationPercent: Double? {
    packedSlabs.map { Double(max(0, slabs - $0)) * 100 / Double(slabs) }
  }

  private enum CodingKeys: String, CodingKey {
    case name, stride, slabs, allocations, frees, refills, flushes
    case isGeneral = "is_general"
    case objectSize = "object_size"
    case activeObjects = "active_objects"
    case totalObjects = "total_objects"
    case objectsInMagazines = "objects_in_magazines"
    case requestedBytes = "requested_bytes"
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
