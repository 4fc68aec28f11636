internal import Glibc
internal import Synchronization

/// State of a cache except for its slabs, which belong to its pool, and its magazines, which belong to the CPUs. After
/// creation only atomics and lock-guarded state change, so that any thread may read a descriptor.
struct CacheDescriptor: ~Copyable {
  let index: Int
  let name: UnsafeMutablePointer<CChar>
  let objectSize: Int
  let isGeneral: Bool
  let options: CacheOptions
  /// Index of the pool from which the cache allocates. Objects in use may still belong to a pool that the cache has
  /// left.
  let poolIndex: Atomic<Int>
  let depot: Depot
  let transfers = CacheTransfers()
  /// Magazine capacity: number of rounds up to which a CPU fills a magazine. It grows with use up to `usualMagazine`,
  /// grows beyond that if CPUs contend for the depot or the depot has many objects, and shrinks under memory pressure,
  /// between `smallestMagazine` and `largestMagazine`.
  let magazineCapacity: Atomic<Int>
  let depotExchanges = Atomic<Int>(0)
  let smallestMagazine: Int
  let usualMagazine: Int
  let largestMagazine: Int
  /// Cleared by `SlabEngine.destroy(_:)`. The descriptor itself is kept, so that the use of a stale handle is refused
  /// instead of reading freed memory.
  let isAlive = Atomic<Bool>(true)
  let refills = Atomic<Int>(0)
  let flushes = Atomic<Int>(0)
  let failedAllocations = Atomic<Int>(0)
  /// Whether a CPU has exchanged objects with the depot or the slabs since `SlabEngine.drainNextIdleCache(cpu:growing:)` last
  /// examined the cache.
  let wasUsed = Atomic<Bool>(false)
  /// Numbers of live objects and of allocations at the last call of `SlabEngine.cachesThatShrank()`.
  let liveAtLastCheck = Atomic<Int>(0)
  let allocationsAtLastCheck = Atomic<Int>(0)
  /// Requested bytes of the objects that their mover declared unneeded and that the shuffler therefore freed. Such a
  /// free is counted on no CPU.
  let requestedBytesFreedByShuffler = Atomic<Int>(0)
  /// Remote frees on their way to the CPU that allocated the object from its slab.
  let remoteFreeQueue: RemoteFreeQueue

  init(
    index: Int, name: String, objectSize: Int, isGeneral: Bool, options: CacheOptions, poolIndex: Int, stride: Int,
    cpus: Int, limitsDepot: Bool
  ) {
    self.index = index
    self.name = strdup(name)
    self.objectSize = objectSize
    self.isGeneral = isGeneral
    depot = Depot(limit: limitsDepot ? 1 : .max)
    self.options = options
    self.poolIndex = Atomic(poolIndex)
    usualMagazine = Magazine.capacity(forStride: stride)
    smallestMagazine = max(1, usualMagazine / 8)
    largestMagazine = usualMagazine * 4
    magazineCapacity = Atomic(max(2, smallestMagazine))
    remoteFreeQueue = RemoteFreeQueue(cpus: options.remoteFrees == .returnedToAllocatingCPU ? cpus : 0)
  }

  /// Whether the cache has debug flags: its objects then bypass the magazines, and each allocation and free is checked.
  var hasDebugChecks: Bool { options.flags.isDebug }

  deinit { Glibc.free(name) }
}
