public import SlabEngine

/// SLUB, the slab allocator of Linux, as bookkeeping: every slab with its objects in use and the list that it is on, but
/// no memory (mm/slub.c; each rule names the function that has it).
///
///     full ──free──▶ CPU partial list ──list over its limit──▶ node partial list ──empty, and enough others──▶ released
///      ▲                    │                                        │
///      └── used up ── CPU slab ◀───────── CPU has none left ─────────┘
///
/// Objects are not told apart: an object is the slab that it lies in. Slabs, caches and CPUs are numbers; all lists are
/// linked through one table of slabs. A model is deterministic: equal calls give equal states.
public struct SLUBModel: ~Copyable {
  /// "No slab" in links and results.
  public static let none: Int32 = -1

  /// Boot parameters and version of SLUB.
  public let parameters: SLUBParameters
  /// CPUs, numbered from 0.
  public let cpuCount: Int
  /// The page allocator that slabs come from.
  public internal(set) var pages: PageBookkeeping
  /// The caches' parameters, by number.
  public internal(set) var layouts: [SLUBCacheLayout] = []

  var slabs: [Slab] = []
  /// Records of released slabs, linked by `next`.
  var unusedSlab = SLUBModel.none
  var states: [CacheState] = []
  /// Of each cache and CPU, at cache * cpuCount + cpu.
  var cpus: [CPUState] = []
  var sheaves = SheafStore()
  /// What happened to pages, of each cache.
  var pageCounts: [PageCounts] = []

  /// A machine without caches.
  /// - Throws: `EngineError` if page descriptors for that much memory can't be reserved.
  public init(parameters: SLUBParameters, memoryBytes: Int, cpus: Int) throws(EngineError) {
    self.parameters = parameters
    cpuCount = cpus
    pages = try PageBookkeeping(bytes: memoryBytes)
  }

  /// Adds a cache; returns its number.
  @discardableResult
  public mutating func addCache(_ layout: SLUBCacheLayout) -> Int32 {
    let number = Int32(layouts.count)
    layouts.append(layout)
    states.append(CacheState(layout))
    pageCounts.append(PageCounts())
    for _ in 0..<cpuCount { cpus.append(CPUState()) }
    return number
  }

  // MARK: Records

  /// The list that a slab is on.
  enum Place: UInt8 {
    /// No slab: the record is free.
    case released
    /// On no list, every object in use.
    case full
    /// The slab that a CPU allocates from; "frozen" in mm/slub.c.
    case cpuSlab
    case cpuPartial
    case nodePartial
  }

  /// A slab: 24 bytes.
  struct Slab: BitwiseCopyable {
    var next = SLUBModel.none
    var previous = SLUBModel.none
    var cache: Int32
    /// Number of its first page.
    var page: UInt32
    /// Objects in use: live, or in a sheaf.
    var inUse: UInt16
    var objects: UInt16
    var order: UInt8
    var place: Place
  }

  /// A cache's parameters on the path of allocation, its node partial list, and its counts.
  struct CacheState: BitwiseCopyable {
    let cpuPartialSlabs: Int32
    let minimumPartial: Int32
    let sheafCapacity: Int32
    var firstPartial = SLUBModel.none
    var lastPartial = SLUBModel.none
    var partialSlabs: Int32 = 0
    /// Free objects of slabs on the node partial list.
    var freeOnNode = 0
    var slabs = 0
    var totalObjects = 0
    var slabBytes = 0
    /// Objects that are not free in their slabs: live, or in sheaves.
    var objectsInUse = 0
    var objectsInSheaves = 0
    /// Full and empty sheaves that no CPU has (the node's barn).
    var fullSheaves = SLUBModel.none
    var fullSheafCount: Int32 = 0
    var emptySheaves = SLUBModel.none
    var emptySheafCount: Int32 = 0
    // Since the cache was made.
    var allocations = 0
    var refills = 0
    var flushes = 0
    var failedAllocations = 0
    /// Slabs that were put on or taken off the node partial list, each with the list's lock held.
    var nodeListOperations = 0

    init(_ layout: SLUBCacheLayout) {
      cpuPartialSlabs = Int32(layout.cpuPartialSlabs)
      minimumPartial = Int32(layout.minimumPartial)
      sheafCapacity = Int32(layout.sheafCapacity)
    }
  }

  /// What a CPU has of a cache.
  struct CPUState: BitwiseCopyable {
    var slab = SLUBModel.none
    /// Last in, first out, linked by `next`.
    var firstPartial = SLUBModel.none
    var partialSlabs: Int32 = 0
    /// The sheaf that the CPU allocates from and frees to, and a second one.
    var mainSheaf = SLUBModel.none
    var spareSheaf = SLUBModel.none
  }

  /// Slabs of each order: those there are, and what happened to pages.
  struct PageCounts {
    var slabs = InlineArray<11, Int>(repeating: 0)
    var grown = InlineArray<11, Int>(repeating: 0)
    var returned = InlineArray<11, Int>(repeating: 0)
    var refused = InlineArray<11, Int>(repeating: 0)
    var fallenBack = InlineArray<11, Int>(repeating: 0)
  }

  // MARK: Counts

  /// Bytes of a cache's slabs.
  public func slabBytes(of cache: Int32) -> Int { states[Int(cache)].slabBytes }
  /// A cache's slabs.
  public func slabCount(of cache: Int32) -> Int { states[Int(cache)].slabs }
  /// Objects that a cache's slabs hold room for.
  public func totalObjects(of cache: Int32) -> Int { states[Int(cache)].totalObjects }
  /// Objects allocated and not freed.
  public func liveObjects(of cache: Int32) -> Int {
    states[Int(cache)].objectsInUse - states[Int(cache)].objectsInSheaves
  }
  /// `active_objs` as /proc/slabinfo counts it: all objects but those free in slabs of the node partial list. Objects free
  /// in CPU slabs, CPU partial lists and sheaves count as active.
  public func activeObjects(of cache: Int32) -> Int {
    states[Int(cache)].totalObjects - states[Int(cache)].freeOnNode
  }
  /// Slabs put on or taken off the node partial list since the cache was made.
  public func nodeListOperations(of cache: Int32) -> Int { states[Int(cache)].nodeListOperations }
  /// Slabs of a page order that were made of pages since the first event.
  public func slabsGrown(of cache: Int32, order: Int) -> Int { pageCounts[Int(cache)].grown[order] }
  /// Bytes of all slabs.
  public var slabBytes: Int { states.reduce(0) { $0 + $1.slabBytes } }
}
