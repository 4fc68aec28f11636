internal import Glibc
internal import Synchronization

/// All caches of an engine, living and destroyed, by index and by name. Reached through its
/// `Guarded`.
struct CacheDirectory {
  private(set) var caches: [SlabCache] = []
  private var byName: [String: SlabCache] = [:]

  /// The living cache of this name.
  func cache(named name: String) -> SlabCache? { byName[name] }

  var living: [SlabCache] { caches.filter { $0.descriptor.pointee.isAlive.load(ordering: .relaxed) } }

  mutating func add(
    name: String, objectSize: Int, isGeneral: Bool, geometry: SlabGeometry, memory: borrowing MachineMemory, cpus: Int
  ) -> SlabCache {
    let pool = Guarded(
      SlabPool(geometry: geometry, cacheIndex: caches.count, tracksRequests: isGeneral, memory: memory))
    let descriptor = UnsafeMutablePointer<CacheDescriptor>.allocate(capacity: 1)
    descriptor.initialize(
      to: CacheDescriptor(
        index: caches.count, name: name, objectSize: objectSize, isGeneral: isGeneral, geometry: geometry,
        pool: pool, cpus: cpus))
    let cache = SlabCache(descriptor: descriptor)
    caches.append(cache)
    byName[name] = cache
    return cache
  }

  /// Takes a cache out of the directory. Its descriptor and (empty) pool stay until the engine goes.
  mutating func remove(_ cache: SlabCache) {
    cache.descriptor.pointee.isAlive.store(false, ordering: .relaxed)
    byName[cache.name] = nil
  }

  /// Frees every descriptor and pool and the slabs' metadata. Nothing uses the engine any more.
  func destroy() {
    for cache in caches {
      let pool = cache.descriptor.pointee.pool
      pool.withLock { pool in pool.forEachSlab { slab, _ in Glibc.free(slab.pointee.freeBits) } }
      pool.destroy()
      cache.descriptor.deinitialize(count: 1)
      cache.descriptor.deallocate()
    }
  }
}
