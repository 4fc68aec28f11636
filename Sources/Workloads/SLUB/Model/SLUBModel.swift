package import SlabEngine

/// Model of SLUB, the slab allocator of Linux (mm/slub.c). It tracks the number of objects in use in each slab and the list
/// that contains the slab, without any memory for objects. Comments name the kernel function that each function mirrors.
///
///     full ──free──▶ per-CPU partial list ──limit reached──▶ node partial list ──empty, min_partial reached──▶ discarded
///      ▲                    │                                        │
///      └─ no free object ─ CPU slab ◀── per-CPU partial list empty ──┘
///
/// The model does not distinguish the objects of a slab: it represents an object by the number of its slab. Slabs, caches and
/// CPUs are numbers, and all lists are linked through one array of slabs. The model is deterministic: equal calls give equal
/// states.
package struct SLUBModel: ~Copyable {
  /// Value that stands for no slab, sheaf or cache in links and results.
  package static let none: Int32 = -1

  /// Boot parameters and variant of SLUB.
  package let parameters: SLUBParameters
  /// Number of CPUs. They are numbered from 0.
  package let cpuCount: Int
  /// Page allocator of the slabs.
  package internal(set) var pages: PageBookkeeping
  /// Parameters of the caches, indexed by cache number.
  package internal(set) var layouts: [SLUBCacheLayout] = []

  var slabs: [Slab] = []
  /// First unused element of `slabs`; unused elements are linked by `next`.
  var firstUnusedRecord = SLUBModel.none
  var states: [CacheState] = []
  /// State of each cache on each CPU (struct kmem_cache_cpu, struct slub_percpu_sheaves), at cache * cpuCount + cpu.
  var cpus: [CPUState] = []
  var sheaves = SheafStore()
  /// Page allocations and frees of each cache.
  var pageCounts: [PageCounts] = []

  /// Creates a model without caches.
  /// - Throws: `EngineError` if the page descriptors cannot be reserved.
  package init(parameters: SLUBParameters, memoryBytes: Int, cpus: Int) throws(EngineError) {
    self.parameters = parameters
    cpuCount = cpus
    pages = try PageBookkeeping(bytes: memoryBytes)
  }

  /// Adds a cache and returns its number.
  @discardableResult
  package mutating func addCache(_ layout: SLUBCacheLayout) -> Int32 {
    let number = Int32(layouts.count)
    layouts.append(layout)
    states.append(CacheState(layout))
    pageCounts.append(PageCounts())
    for _ in 0..<cpuCount { cpus.append(CPUState()) }
    return number
  }

  // MARK: Records

  /// List that contains a slab, or its state if no list contains it.
  enum Location: UInt8 {
    /// The slab was discarded, and its array element is unused.
    case discarded
    /// On no list: every object is in use.
    case full
    /// The slab from which a CPU allocates (kmem_cache_cpu.slab). It is frozen: only this CPU allocates from it.
    case cpuSlab
    /// On a per-CPU partial list (kmem_cache_cpu.partial).
    case cpuPartial
    /// On the node partial list (kmem_cache_node.partial).
    case nodePartial
  }

  /// Slab (struct slab).
  struct Slab: BitwiseCopyable {
    var next = SLUBModel.none
    var previous = SLUBModel.none
    var cache: Int32
    /// Page frame number of the first page.
    var page: UInt32
    /// Number of objects in use: live, or in a sheaf.
    var inUse: UInt16
    var objects: UInt16
    var order: UInt8
    var location: Location
  }

  /// State of a cache on its node (struct kmem_cache_node) and the parameters that allocations and frees read.
  struct CacheState: BitwiseCopyable {
    let cpuPartialSlabs: Int32
    let minimumPartial: Int32
    let sheafCapacity: Int32
    var firstPartial = SLUBModel.none
    var lastPartial = SLUBModel.none
    var partialSlabs: Int32 = 0
    /// Number of free objects in the slabs on the node partial list.
    var freeObjectsOnNode = 0
    var slabs = 0
    var totalObjects = 0
    var slabBytes = 0
    /// Number of objects in use in all slabs: live objects and objects in sheaves.
    var objectsInUse = 0
    var objectsInSheaves = 0
    /// Full and empty sheaves of the barn (struct node_barn).
    var fullSheaves = SLUBModel.none
    var fullSheafCount: Int32 = 0
    var emptySheaves = SLUBModel.none
    var emptySheafCount: Int32 = 0
    // Counters since the creation of the cache.
    var allocations = 0
    var refills = 0
    var flushes = 0
    var failedAllocations = 0
    /// Number of additions to and removals from the node partial list, each under its list_lock.
    var nodeListOperations = 0

    init(_ layout: SLUBCacheLayout) {
      cpuPartialSlabs = Int32(layout.cpuPartialSlabs)
      minimumPartial = Int32(layout.minimumPartial)
      sheafCapacity = Int32(layout.sheafCapacity)
    }
  }

  /// State of a cache on one CPU (struct kmem_cache_cpu and struct slub_percpu_sheaves).
  struct CPUState: BitwiseCopyable {
    /// The CPU slab.
    var slab = SLUBModel.none
    /// Per-CPU partial list: last in, first out, linked by `next`.
    var firstPartial = SLUBModel.none
    var partialSlabs: Int32 = 0
    /// The sheaf that allocations and frees use, and the spare sheaf that replaces it when it is empty or full.
    var mainSheaf = SLUBModel.none
    var spareSheaf = SLUBModel.none
  }

  /// Slabs of a cache by page order: current number, and counters of page allocations and frees.
  struct PageCounts {
    var slabs = InlineArray<11, Int>(repeating: 0)
    /// Slabs allocated.
    var grown = InlineArray<11, Int>(repeating: 0)
    /// Slabs discarded.
    var returned = InlineArray<11, Int>(repeating: 0)
    /// Requests that the page allocator refused.
    var refused = InlineArray<11, Int>(repeating: 0)
    /// Slabs allocated with the minimum order because the preferred order was refused.
    var fallenBack = InlineArray<11, Int>(repeating: 0)
  }

  // MARK: Counts

  /// Slab memory of a cache in bytes.
  package func slabBytes(of cache: Int32) -> Int { states[Int(cache)].slabBytes }
  /// Number of slabs of a cache.
  package func slabCount(of cache: Int32) -> Int { states[Int(cache)].slabs }
  /// Number of objects, in use and free, in all slabs of a cache (`num_objs` in /proc/slabinfo).
  package func totalObjects(of cache: Int32) -> Int { states[Int(cache)].totalObjects }
  /// Number of live objects of a cache.
  package func liveObjects(of cache: Int32) -> Int {
    states[Int(cache)].objectsInUse - states[Int(cache)].objectsInSheaves
  }
  /// `active_objs` of a cache in /proc/slabinfo: all objects except the free ones in slabs on the node partial list. Free
  /// objects in CPU slabs, on per-CPU partial lists and in sheaves count as active.
  package func activeObjects(of cache: Int32) -> Int {
    states[Int(cache)].totalObjects - states[Int(cache)].freeObjectsOnNode
  }
  /// Number of additions to and removals from the node partial list of a cache since its creation.
  package func nodeListOperations(of cache: Int32) -> Int { states[Int(cache)].nodeListOperations }
  /// Number of slabs of a page order that a cache has allocated since the first event.
  package func slabsGrown(of cache: Int32, order: Int) -> Int { pageCounts[Int(cache)].grown[order] }
  /// Slab memory of all caches in bytes.
  package var slabBytes: Int { states.reduce(0) { $0 + $1.slabBytes } }
}
