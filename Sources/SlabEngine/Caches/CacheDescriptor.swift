internal import Glibc
internal import Synchronization

/// Everything the engine knows of a cache besides its slabs (its pool's) and its CPUs' magazines. Nothing but atomics
/// and guarded state changes once the cache is made, so that any thread may read it.
struct CacheDescriptor: ~Copyable {
  let index: Int
  let name: UnsafeMutablePointer<CChar>
  let objectSize: Int
  let isGeneral: Bool
  let geometry: SlabGeometry
  /// Where its objects come from.
  let pool: Guarded<SlabPool>
  let magazineCapacity: Int
  let depot: Depot
  /// Cleared by `destroy`; the descriptor stays, so that a stale handle meets a refusal instead of freed memory.
  let isAlive = Atomic<Bool>(true)
  let refills = Atomic<Int>(0)
  let flushes = Atomic<Int>(0)
  let failedAllocations = Atomic<Int>(0)

  init(
    index: Int, name: String, objectSize: Int, isGeneral: Bool, geometry: SlabGeometry, pool: Guarded<SlabPool>,
    cpus: Int
  ) {
    self.index = index
    self.name = strdup(name)
    self.objectSize = objectSize
    self.isGeneral = isGeneral
    self.geometry = geometry
    self.pool = pool
    magazineCapacity = Magazine.capacity(forStride: geometry.stride)
    depot = Depot(fullLimit: max(2, cpus))
  }

  deinit { Glibc.free(name) }
}
