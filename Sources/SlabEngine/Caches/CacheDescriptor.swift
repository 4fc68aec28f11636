internal import Glibc
internal import Synchronization

/// Everything the engine knows of a cache besides its slabs (its pool's) and its CPUs' magazines. Nothing but atomics
/// and guarded state changes once the cache is made, so that any thread may read it.
struct CacheDescriptor: ~Copyable {
  let index: Int
  let name: UnsafeMutablePointer<CChar>
  let objectSize: Int
  let isGeneral: Bool
  let options: CacheOptions
  /// The pool that objects come from now; those of a pool that the cache left may still be out.
  let poolIndex: Atomic<Int>
  let depot = Depot()
  /// Magazines' size: rounds up to which a CPU fills one. Grows with use up to `usualMagazine`, beyond as CPUs contend for
  /// the depot, and shrinks under memory pressure, between `smallestMagazine` and `largestMagazine`.
  let magazineCapacity: Atomic<Int>
  let visits = Atomic<Int>(0)
  let smallestMagazine: Int
  let usualMagazine: Int
  let largestMagazine: Int
  /// Cleared by `destroy`; the descriptor stays, so that a stale handle meets a refusal instead of freed memory.
  let isAlive = Atomic<Bool>(true)
  let refills = Atomic<Int>(0)
  let flushes = Atomic<Int>(0)
  let failedAllocations = Atomic<Int>(0)
  /// Live objects and allocations when `SlabEngine.cachesThatShrank` last looked.
  let liveAtLastCheck = Atomic<Int>(0)
  let allocationsAtLastCheck = Atomic<Int>(0)
  /// Bytes asked for of objects that their owners gave up to the shuffler, which has no CPU to count them off.
  let requestedGivenUp = Atomic<Int>(0)
  /// Where remote frees are on their way home.
  let homing: Homing

  init(
    index: Int, name: String, objectSize: Int, isGeneral: Bool, options: CacheOptions, poolIndex: Int, stride: Int,
    cpus: Int
  ) {
    self.index = index
    self.name = strdup(name)
    self.objectSize = objectSize
    self.isGeneral = isGeneral
    self.options = options
    self.poolIndex = Atomic(poolIndex)
    usualMagazine = Magazine.capacity(forStride: stride)
    smallestMagazine = max(1, usualMagazine / 8)
    largestMagazine = usualMagazine * 4
    magazineCapacity = Atomic(max(2, smallestMagazine))
    homing = Homing(cpus: options.remoteFrees == .returnedHome ? cpus : 0)
  }

  /// Whether allocations and frees go past the magazines' fast path, to be looked at one by one.
  var isInspected: Bool { options.flags.isDebug }

  deinit { Glibc.free(name) }
}
