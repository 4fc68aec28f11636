/// The figures of one cache.
extension Figure {
  package static let cacheName = Figure("cache", .none, json: "name", csv: "cache", "Name of the cache.")
  package static let isGeneral = Figure(
    "general cache", label: "GENERAL", .none, json: "is_general", "Whether the cache serves kmalloc.")
  package static let slabHolder = Figure(
    "slab holder", .none, json: "slab_holder",
    "Cache under whose name the slabs are reported: the cache itself, unless it shares the slabs of another cache.")
  package static let objectSize = Figure(
    "object size", label: "OBJSIZE", .bytes, json: "object_size", csv: "object_bytes",
    "Bytes of an object that its owner may use.")
  package static let stride = Figure(
    "stride", .bytes, json: "stride", csv: "stride_bytes",
    "Bytes from one object to the next: the object size, alignment and debug metadata.")
  package static let activeObjects = Figure(
    "active objects", label: "ACTIVE", .objects, json: "active_objects", csv: "active_objects",
    metric: .gauge("cache_active_objects"), "Live objects: allocated and not yet freed.")
  package static let totalObjects = Figure(
    "total objects", label: "TOTAL", .objects, json: "total_objects", csv: "total_objects",
    metric: .gauge("cache_objects"), "Objects that the slabs have room for.")
  package static let activeIsUpperBound = Figure(
    "active is an upper bound", label: "UPPER BOUND", .none, json: "active_is_upper_bound",
    csv: "active_is_upper_bound",
    "Whether active objects include free objects in per-CPU caches, as in /proc/slabinfo.")
  package static let usePercent = Figure("use", .percent, "Active objects in percent of total objects.")
  package static let slabs = Figure(
    "slabs", .slabs, json: "slabs", csv: "slabs", metric: .gauge("cache_slabs"), "Slabs of all orders.")
  package static let slabsByOrder = Figure(
    "orders", .slabs, json: "slabs_by_order", csv: "slabs_by_order",
    "Slabs by page order; an order-n slab has 2^n pages.")
  package static let slabBytes = Figure(
    "slab memory", label: "SLAB MEM", .bytes, json: "slab_bytes", csv: "slab_bytes",
    metric: .gauge("cache_slab_bytes"), "Bytes of the cache's slabs.")
  package static let requestedBytes = Figure(
    "requested", .bytes, json: "requested_bytes", csv: "requested_bytes", metric: .gauge("cache_requested_bytes"),
    "Requested bytes of live objects.")
  package static let activeBytes = Figure(
    "live memory", label: "LIVE MEM", .bytes, json: "active_bytes", csv: "active_bytes",
    "Bytes of live objects with their alignment and metadata. An out-of-memory report has them instead of the objects.")
  package static let wasteBytes = Figure(
    "waste", .bytes, csv: "waste_bytes",
    "Slab memory minus the requested bytes of live objects: internal and external fragmentation together.")
  package static let allocationRate = Figure(
    "allocation rate", label: "ALLOC/S", .objectsPerSecond, "Objects allocated per second, over the last half second.")
  package static let allocationTrend = Figure(
    "allocation trend", label: "ALLOC/S, 60 s", .objectsPerSecond,
    "Allocation rate over the last 60 s: each column shows the largest rate of its interval.")
  package static let freeRate = Figure(
    "free rate", label: "FREE/S", .objectsPerSecond,
    "Objects freed per second, over the last half second; of the running kernel, those allocated since the start of the watch."
  )
  package static let rounding = Figure(
    "rounding", .percent,
    "Internal fragmentation: percentage of the allocated bytes that was not requested, of all allocations since the start of the watch."
  )
  package static let profiledObjects = Figure(
    "profiled objects", label: "PROFILED", .objects,
    "Objects that the watch of the running kernel has seen allocated and not freed: an upper bound, because some frees have no event."
  )
  package static let cacheUnseenFrees = Figure(
    "unseen frees of the watch", label: "UNSEEN", .objects,
    "Profiled objects that the kernel has freed without an event, as the range that its number of active objects allows."
  )
  package static let olderObjects = Figure(
    "older objects", label: "OLDER", .objects,
    "Live objects that were allocated before the start of the watch, as the range that the kernel's number of active objects allows."
  )
  package static let slabMemoryGrowth = Figure(
    "growth", .bytes, "Change of slab memory over the last minute.")
  package static let allocations = Figure(
    "allocations", .objects, json: "allocations", csv: "allocations", metric: .counter("cache_allocations"),
    "Objects allocated since the cache was created.")
  package static let frees = Figure(
    "frees", .objects, json: "frees", csv: "frees", metric: .counter("cache_frees"),
    "Objects freed since the cache was created.")
  package static let failedAllocations = Figure(
    "failed allocations", label: "FAILED", .times, json: "failed_allocations", csv: "failed_allocations",
    "Allocations refused because memory was exhausted.")
  package static let fullSlabs = Figure(
    "full slabs", label: "FULL", .slabs, json: "full_slabs", csv: "full_slabs", "Slabs without a free object.")
  package static let partialSlabs = Figure(
    "partial slabs", label: "PARTIAL", .slabs, json: "partial_slabs", csv: "partial_slabs",
    "Slabs with live and with free objects; of a kernel, those on the partial lists of the nodes.")
  package static let emptySlabs = Figure(
    "empty slabs", label: "EMPTY", .slabs, json: "empty_slabs", csv: "empty_slabs",
    "Slabs without a live object that are retained; of a kernel, those on the partial lists of the nodes.")
  package static let slabsOnCPUs = Figure(
    "slabs on CPUs", label: "ON CPUS", .slabs, json: "slabs_on_cpus", csv: "slabs_on_cpus",
    "Slabs that CPUs allocate from, and slabs on the partial lists of CPUs.")
  package static let slabsByOccupancy = Figure(
    "slabs by occupancy", .slabs, json: "slabs_by_occupancy", metric: .gauge("cache_slabs_by_occupancy"),
    "Slabs by the share of their objects in use: empty, eight equal parts from 0/8 to 7/8, full.")
  package static let freeBytesInPartialSlabs = Figure(
    "free in partial slabs", label: "FREE", .bytes, json: "free_bytes_in_partial_slabs",
    csv: "free_bytes_in_partial_slabs", "Bytes of free objects in partial slabs.")
  package static let packedSlabs = Figure(
    "packed slabs", label: "PACKED", .slabs, csv: "packed_slabs",
    "Slabs that the live objects would need if they were packed perfectly.")
  package static let externalFragmentation = Figure(
    "external fragmentation", label: "FRAG", .percent,
    "External fragmentation: percentage of the slab memory that perfect packing would save.")
  package static let tailBytes = Figure(
    "slab tails", label: "TAILS", .bytes, json: "tail_bytes", csv: "tail_bytes",
    "Bytes of slabs in use that no object covers.")
  package static let objectsInMagazines = Figure(
    "free objects in per-CPU caches", label: "MAGAZINES", .objects, json: "objects_in_magazines",
    csv: "objects_in_magazines",
    "Free objects in per-CPU caches: magazines and depots; of a kernel, CPU slabs, CPU partial lists and sheaves.")
  package static let magazineCapacity = Figure(
    "magazine capacity", label: "CAPACITY", .objects, json: "magazine_capacity", csv: "magazine_capacity",
    "Objects that a per-CPU magazine holds at most.")
  package static let refills = Figure(
    "refills", .times, json: "refills", csv: "refills", "Times that a magazine was filled from slabs.")
  package static let flushes = Figure(
    "flushes", .times, json: "flushes", "Times that a magazine was emptied into slabs.")
  package static let slabsGrown = Figure(
    "grown slabs", label: "GROWN", .slabs, json: "slabs_grown", "Slabs allocated from the page allocator so far.")
  package static let slabsReturned = Figure(
    "returned slabs", label: "RETURNED", .slabs, json: "slabs_returned",
    "Slabs returned to the page allocator so far.")
  package static let remoteFrees = Figure(
    "remote frees", label: "REMOTE", .objects, json: "remote_frees_returned",
    "Objects freed on another CPU and returned to the CPU that allocated their slab.")
  package static let preferredOrder = Figure(
    "preferred order", .none, json: "preferred_order", csv: "preferred_order",
    "Page order that is requested first for a new slab.")
  package static let objectsPerPreferredSlab = Figure(
    "objects per slab", .objects, json: "objects_per_preferred_slab", csv: "objects_per_preferred_slab",
    "Objects in a slab of the preferred order.")
  package static let orderFallbacks = Figure(
    "order fallbacks", label: "FALLBACKS", .slabs, json: "order_fallbacks", csv: "order_fallbacks",
    metric: .counter("cache_order_fallbacks"), "Slabs allocated of a lower order than the preferred one.")
  package static let lowOrderSlabs = Figure(
    "slabs of a lower order", label: "LOW ORDER", .slabs, csv: "low_order_slabs",
    metric: .gauge("cache_low_order_slabs"),
    "Slabs of a lower order than the preferred one that exist now.")
  package static let fallbacksByOrder = Figure(
    "fallbacks by order", label: "FALLBACKS", .slabs, json: "fallbacks_by_order",
    "Slabs of each order that were allocated in place of a higher order.")
  package static let refusalsByOrder = Figure(
    "refusals by order", label: "REFUSED", .times, json: "refusals_by_order",
    metric: .counter("cache_order_refusals"),
    "Times that the page allocator could not serve a request of each order.")
  package static let orderPlan = Figure(
    "plan of orders", label: "PLAN", .none, json: "order_plan",
    "Planned and actual page orders of the slabs, the retries of refused orders and the time for which they were avoided."
  )
  package static let lockAcquisitions = Figure(
    "lock acquisitions", label: "ACQUIRED", .times, json: "lock_acquisitions", csv: "lock_acquisitions",
    metric: .counter("pool_lock_acquisitions"), "Times that the lock of the cache's pool was taken.")
  package static let lockContentions = Figure(
    "lock contentions", label: "CONTENDED", .times, json: "lock_contentions", csv: "lock_contentions",
    metric: .counter("pool_lock_contentions"), "Times that a thread waited for the lock of the cache's pool.")
  package static let lockWaitCycles = Figure(
    "lock wait", .cycles, json: "lock_wait_cycles", csv: "lock_wait_cycles", metric: .counter("pool_lock_wait_cycles"),
    "Cycles of the time-stamp counter that threads waited for the lock of the cache's pool.")
  package static let isReclaimable = Figure(
    "reclaimable", label: "RECLAIM", .none, json: "is_reclaimable", csv: "is_reclaimable",
    "Whether the kernel can reclaim the objects under memory pressure.")
  package static let isAccounted = Figure(
    "accounted", label: "ACCOUNT", .none, json: "is_accounted", csv: "is_accounted",
    "Whether objects are charged to memory cgroups.")
  package static let kernelSlabs = Figure(
    "kernel slabs", .slabs, json: "kernel_slabs", csv: "kernel_slabs",
    "Slabs of this cache in the recorded kernel, at this time of the recording.")
  package static let kernelSlabBytes = Figure(
    "kernel slab memory", label: "KERNEL", .bytes, json: "kernel_slab_bytes", csv: "kernel_slab_bytes",
    metric: .gauge("cache_kernel_slab_bytes"),
    "Bytes of this cache's slabs in the recorded kernel, at this time of the recording.")

  /// The figures of one cache.
  package static let ofCaches: [Figure] = [
    cacheName, isGeneral, slabHolder, objectSize, stride, activeObjects, totalObjects, activeIsUpperBound, usePercent,
    slabs, slabsByOrder, slabBytes, requestedBytes, activeBytes, wasteBytes, allocationRate, allocationTrend,
    freeRate, rounding, profiledObjects, cacheUnseenFrees, olderObjects,
    slabMemoryGrowth,
    allocations, frees, failedAllocations, fullSlabs, partialSlabs, emptySlabs, slabsOnCPUs, slabsByOccupancy,
    freeBytesInPartialSlabs, packedSlabs, externalFragmentation, tailBytes, objectsInMagazines, magazineCapacity,
    refills, flushes, slabsGrown, slabsReturned, remoteFrees, preferredOrder, objectsPerPreferredSlab, orderFallbacks,
    lowOrderSlabs, fallbacksByOrder, refusalsByOrder, orderPlan, lockAcquisitions, lockContentions, lockWaitCycles,
    isReclaimable,
    isAccounted, kernelSlabs, kernelSlabBytes,
  ]
}
