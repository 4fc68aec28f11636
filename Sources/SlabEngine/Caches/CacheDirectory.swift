internal import Synchronization

/// All caches of an engine by index and by name, destroyed caches included, and the number of pools. It can be reached
/// only with the directory's lock held.
struct CacheDirectory {
  /// All caches by index.
  private(set) var caches: [SlabCache] = []
  private var byName: [String: SlabCache] = [:]
  /// Number of pools.
  var pools = 0

  /// Returns the cache with this name; nil if there is none or it was destroyed.
  func cache(named name: String) -> SlabCache? { byName[name] }

  /// Caches that have not been destroyed, in order of creation.
  var activeCaches: [SlabCache] { caches.filter { $0.descriptor.pointee.isAlive.load(ordering: .relaxed) } }

  mutating func add(_ cache: SlabCache) {
    caches.append(cache)
    byName[cache.name] = cache
  }

  /// Marks a cache as destroyed and removes its name. The descriptor is kept until the engine is destroyed.
  mutating func remove(_ cache: SlabCache) {
    cache.descriptor.pointee.isAlive.store(false, ordering: .relaxed)
    byName[cache.name] = nil
  }

  /// Frees every descriptor. The engine must not be used afterwards.
  func destroy() {
    for cache in caches {
      cache.descriptor.deinitialize(count: 1)
      cache.descriptor.deallocate()
    }
  }
}
