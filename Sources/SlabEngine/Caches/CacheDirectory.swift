internal import Synchronization

/// All caches of an engine, living and destroyed, by index and by name, and how many pools there are. Reached through
/// its `Guarded`.
struct CacheDirectory {
  private(set) var caches: [SlabCache] = []
  private var byName: [String: SlabCache] = [:]
  var pools = 0

  /// The living cache of this name.
  func cache(named name: String) -> SlabCache? { byName[name] }

  var living: [SlabCache] { caches.filter { $0.descriptor.pointee.isAlive.load(ordering: .relaxed) } }

  mutating func add(_ cache: SlabCache) {
    caches.append(cache)
    byName[cache.name] = cache
  }

  /// Takes a cache out of the directory. Its descriptor stays until the engine goes.
  mutating func remove(_ cache: SlabCache) {
    cache.descriptor.pointee.isAlive.store(false, ordering: .relaxed)
    byName[cache.name] = nil
  }

  /// Frees every descriptor. Nothing uses the engine any more.
  func destroy() {
    for cache in caches {
      cache.descriptor.deinitialize(count: 1)
      cache.descriptor.deallocate()
    }
  }
}
