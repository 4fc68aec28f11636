internal import Synchronization

extension SlabEngine {
  /// The largest object of a cache: one whole block of the highest order.
  public static let maximumObjectBytes = MachineMemory.largestBlockBytes

  /// Makes a cache of objects of `objectSize` bytes (kmem_cache_create). It draws from the slabs of a cache of similar
  /// size where the engine's `sharingBound` and both caches' options allow that, else from slabs of its own.
  /// - Throws: a size or alignment out of range, a name that is taken, or no room for one more cache.
  public func makeCache(_ name: String, objectSize: Int, options: CacheOptions) throws(EngineError) -> SlabCache {
    try makeCache(name, objectSize: objectSize, isGeneral: false, options: options, joining: nil)
  }

  /// The same with nothing but an alignment to ask for.
  public func makeCache(_ name: String, objectSize: Int, alignment: Int = 8) throws(EngineError) -> SlabCache {
    try makeCache(name, objectSize: objectSize, options: CacheOptions(alignment: alignment))
  }

  /// Makes a cache, in the pool of `host` where one is given.
  func makeCache(
    _ name: String, objectSize: Int, isGeneral: Bool, options: CacheOptions, joining host: SlabCache?
  ) throws(EngineError) -> SlabCache {
    let redZones = options.flags.contains(.redZone) ? 16 + options.alignment * 2 : 0
    let largest = SlabEngine.maximumObjectBytes - redZones
    guard (1...largest).contains(objectSize) else {
      throw .objectSize(cache: name, bytes: objectSize, maximum: largest)
    }
    guard (0...largest).contains(options.minimumStride) else {
      throw .objectSize(cache: name, bytes: options.minimumStride, maximum: largest)
    }
    guard (1...MachineMemory.pageBytes).contains(options.alignment), options.alignment.nonzeroBitCount == 1 else {
      throw .alignment(cache: name, bytes: options.alignment)
    }
    var options = options
    options.alignment = max(8, options.alignment)
    if configuration.performanceCaches.contains(name) { options.flags.insert(.performance) }
    let settled = options
    let made: Result<SlabCache, EngineError> = directory.withLock { directory in
      guard directory.cache(named: name) == nil else { return .failure(.duplicateCache(name)) }
      let index = directory.caches.count
      guard index < EngineConfiguration.maximumCaches, directory.pools < CacheTable.capacity else {
        return .failure(.tooManyCaches(maximum: EngineConfiguration.maximumCaches))
      }
      let shared = sharedPool(forCache: index, objectSize: objectSize, options: settled, host: host, in: directory)
      if let host, shared == nil {
        let reason = "its slabs have as many sharers as they can, \(PoolMembers.most)"
        return .failure(.cacheNotShareable(name: host.name, reason: reason))
      }
      let poolIndex =
        shared
        ?? makePool(
          forCache: index, objectSize: objectSize, isGeneral: isGeneral, options: settled, in: &directory)
      // Just joined or made.
      let stride = table.pool(at: poolIndex)!.inspect { $0.geometry.stride }
      let descriptor = UnsafeMutablePointer<CacheDescriptor>.allocate(capacity: 1)
      descriptor.initialize(
        to: CacheDescriptor(
          index: index, name: name, objectSize: objectSize, isGeneral: isGeneral, options: settled,
          poolIndex: poolIndex, stride: stride, cpus: configuration.cpus))
      let cache = SlabCache(descriptor: descriptor)
      table.publish(cache)
      directory.add(cache)
      return .success(cache)
    }
    return try made.get()
  }

  /// The orders of a cache's slabs.
  func orders(isGeneral: Bool) -> OrderPolicy {
    isGeneral || configuration.orders.byStride.isEmpty ? configuration.orders : configuration.orders.forNamedCaches
  }

  private func makePool(
    forCache cache: Int, objectSize: Int, isGeneral: Bool, options: CacheOptions, in directory: inout CacheDirectory
  ) -> Int {
    let orders = orders(isGeneral: isGeneral)
    let geometry = SlabGeometry(
      objectSize: objectSize, alignment: options.alignment, minimumStride: options.minimumStride,
      redZones: options.flags.contains(.redZone), orders: orders)
    return addPool(geometry, orders, objectSize: objectSize, options: options, firstMember: cache, in: &directory)
  }

  /// Publishes a new pool with one member.
  func addPool(
    _ geometry: SlabGeometry, _ orders: OrderPolicy, objectSize: Int, options: CacheOptions, firstMember cache: Int,
    in directory: inout CacheDirectory
  ) -> Int {
    let index = directory.pools
    var pool = SlabPool(
      index: index, geometry: geometry, objectSize: objectSize, orders: orders, options: options,
      keepsRecords: configuration.keepsRecords || options.flags.contains(.storeUser), reclaim: configuration.reclaim,
      memory: memory)
    let joined = pool.members.join(cache)
    assert(joined, "a new pool has room")
    directory.pools += 1
    table.publish(GuardedPool(pool), at: index)
    return index
  }

  /// The cache of this name, if there is one.
  public func cache(named name: String) -> SlabCache? {
    directory.withLock { $0.cache(named: name) }
  }

  /// All caches, in the order they were made.
  public var caches: [SlabCache] { directory.withLock { $0.living } }

  /// All pools, in the order they were made.
  var pools: [GuardedPool] { (0..<directory.withLock(\.pools)).compactMap { table.pool(at: $0) } }

  /// The cache whose CPU lines have this index, unless it was destroyed.
  func livingCache(at index: Int) -> SlabCache? {
    guard let cache = table.cache(at: index), cache.descriptor.pointee.isAlive.load(ordering: .relaxed) else {
      return nil
    }
    return cache
  }

  /// Gives back what a cache holds without need (kmem_cache_shrink): drains its depot and returns its empty slabs.
  /// Objects in the CPUs' magazines stay there; each CPU's driver returns them with `EngineCPU.drain(_:)`.
  /// - Returns: pages returned to the page allocator.
  @discardableResult
  public func shrink(_ cache: SlabCache) -> Int {
    drainDepot(of: cache)
    return releaseEmptySlabs(of: pool(of: cache), keepingReserve: false)
  }

  /// Ends a cache (kmem_cache_destroy). No thread may use the cache meanwhile or later; CPUs may go on with others.
  /// - Throws: `cacheBusy` while objects live; then nothing but its magazines has changed.
  public func destroy(_ cache: SlabCache) throws(EngineError) {
    let descriptor = cache.descriptor
    guard descriptor.pointee.isAlive.load(ordering: .relaxed) else {
      throw .cacheNotDestroyable(name: cache.name, reason: "it was destroyed before")
    }
    guard !descriptor.pointee.isGeneral else {
      throw .cacheNotDestroyable(name: cache.name, reason: "it is a general cache")
    }
    for index in 0..<configuration.cpus {
      let cpu = cpu(index)
      cpu.state.pointee.draining.withLock { _ in cpu.drain(cache) }
    }
    shrink(cache)
    let pools = pools
    let live = pools.reduce(0) { sum, pool in sum + pool.inspect { $0.members.objectsOut(of: cache.index) } }
    guard live == 0 else { throw .cacheBusy(name: cache.name, liveObjects: live) }
    for index in 0..<configuration.cpus {
      cpu(index).state.pointee.draining.withLock { _ in releaseMagazines(of: line(ofCPU: index, cache: cache)) }
    }
    // At once, so that no sample sees slabs in the name of a cache that is gone.
    directory.withLock { directory in
      directory.remove(cache)
      for pool in pools { leave(pool, cache) }
    }
  }

  /// Takes a cache that has nothing out off a pool's members; the last one's slabs go.
  private func leave(_ pool: GuardedPool, _ cache: SlabCache) {
    let isDeserted = pool.withLock { pool in
      guard pool.members.position(of: cache.index) != nil else { return false }
      // The last member's name stays on the pool, whose slabs are gone with it.
      if pool.members.count > 1 { pool.members.remove(cache.index) } else { pool.members.leave(cache.index) }
      return pool.members.staying == 0
    }
    if isDeserted { releaseEmptySlabs(of: pool, keepingReserve: false) }
  }

  /// Frees the magazines of all caches on a CPU, as the engine goes.
  func releaseMagazines(ofCPU index: Int) {
    for cache in directory.withLock({ $0.caches }) { releaseMagazines(of: line(ofCPU: index, cache: cache)) }
  }

  private func releaseMagazines(of line: CPUCache) {
    for slots in [line.magazines.pointee.slots, line.magazines.pointee.previousSlots] {
      if let slots { Magazine.owning(slots).deallocate() }
    }
    line.magazines.pointee = LoadedMagazines()
  }
}
