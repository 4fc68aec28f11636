internal import Synchronization

extension SlabEngine {
  /// The largest object of a cache: one whole block of the highest order.
  public static let maximumObjectBytes = MachineMemory.largestBlockBytes

  /// Makes a cache of objects of `objectSize` bytes (kmem_cache_create).
  /// - Throws: a size or alignment out of range, a name that is taken, or no room for one more cache.
  public func makeCache(_ name: String, objectSize: Int, alignment: Int = 8) throws(EngineError) -> SlabCache {
    guard (1...SlabEngine.maximumObjectBytes).contains(objectSize) else {
      throw .objectSize(cache: name, bytes: objectSize, maximum: SlabEngine.maximumObjectBytes)
    }
    guard (1...MachineMemory.pageBytes).contains(alignment), alignment.nonzeroBitCount == 1 else {
      throw .alignment(cache: name, bytes: alignment)
    }
    let geometry = SlabGeometry(objectSize: objectSize, alignment: max(8, alignment), orders: configuration.orders)
    let made: Result<SlabCache, EngineError> = directory.withLock { directory in
      guard directory.cache(named: name) == nil else { return .failure(.duplicateCache(name)) }
      guard directory.caches.count < EngineConfiguration.maximumCaches else {
        return .failure(.tooManyCaches(maximum: EngineConfiguration.maximumCaches))
      }
      return .success(
        directory.add(
          name: name, objectSize: objectSize, isGeneral: false, geometry: geometry, memory: memory,
          cpus: configuration.cpus))
    }
    return try made.get()
  }

  /// The cache of this name, if there is one.
  public func cache(named name: String) -> SlabCache? {
    directory.withLock { $0.cache(named: name) }
  }

  /// All caches, in the order they were made.
  public var caches: [SlabCache] { directory.withLock { $0.living } }

  /// The cache whose CPU lines have this index, unless it was destroyed.
  func livingCache(at index: Int) -> SlabCache? {
    directory.withLock { directory in
      let cache = directory.caches[index]
      return cache.descriptor.pointee.isAlive.load(ordering: .relaxed) ? cache : nil
    }
  }

  /// Gives back what a cache holds without need (kmem_cache_shrink): drains its depot and returns its empty slabs.
  /// Objects in the CPUs' magazines stay there; each CPU's driver returns them with `EngineCPU.drain(_:)`.
  /// - Returns: pages returned to the page allocator.
  @discardableResult
  public func shrink(_ cache: SlabCache) -> Int {
    drainDepot(of: cache)
    return releaseEmptySlabs(of: cache.descriptor.pointee.pool, keeping: 0)
  }

  /// Ends a cache (kmem_cache_destroy). No thread may use the cache, and no CPU allocate from it, meanwhile or later.
  /// - Throws: `cacheBusy` while objects live; then nothing but its magazines has changed.
  public func destroy(_ cache: SlabCache) throws(EngineError) {
    let descriptor = cache.descriptor
    guard descriptor.pointee.isAlive.load(ordering: .relaxed) else {
      throw .cacheNotDestroyable(name: cache.name, reason: "it was destroyed before")
    }
    guard !descriptor.pointee.isGeneral else {
      throw .cacheNotDestroyable(name: cache.name, reason: "it is a general cache")
    }
    for index in 0..<configuration.cpus { cpu(index).drain(cache) }
    shrink(cache)
    let live = descriptor.pointee.pool.withLock { $0.objectsOut }
    guard live == 0 else { throw .cacheBusy(name: cache.name, liveObjects: live) }
    for index in 0..<configuration.cpus { releaseMagazines(of: line(ofCPU: index, cache: cache)) }
    directory.withLock { $0.remove(cache) }
  }

  /// Empties a cache's depot into its slabs.
  func drainDepot(of cache: SlabCache) {
    while let magazine = cache.descriptor.pointee.depot.takeFull() {
      putBack(Magazine.slots(of: magazine), count: magazine.pointee.rounds, to: cache)
      magazine.deallocate()
    }
  }

  /// Frees the magazines of all caches on a CPU, as the engine goes.
  func releaseMagazines(ofCPU index: Int) {
    for cache in directory.withLock({ $0.caches }) { releaseMagazines(of: line(ofCPU: index, cache: cache)) }
  }

  private func releaseMagazines(of line: CPUCache) {
    for slots in [line.magazines.pointee.slots, line.magazines.pointee.previousSlots] {
      if let slots { Magazine.owning(slots).deallocate() }
    }
    line.magazines.pointee = LoadedMagazines(slots: nil, previousSlots: nil, capacity: 0, refillBatch: 0)
  }
}
