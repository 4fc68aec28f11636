internal import Synchronization

/// Creation, lookup and destruction of caches.
extension SlabEngine {
  /// Maximum object size in bytes: one block of the highest page order.
  public static let maximumObjectBytes = MachineMemory.largestBlockBytes

  /// Creates a cache for objects of `objectSize` bytes (kmem_cache_create). The cache shares the slabs of a cache with
  /// similar objects if the engine's `sharingBound` or `mergeWindow` and the options of both caches allow that;
  /// otherwise it has its own slabs. Any thread may call this.
  /// - Throws: `EngineError.objectSize` or `.alignment` if a value is out of range, `.duplicateCache` if the name is in
  ///   use, `.tooManyCaches`.
  /// - Complexity: O(caches).
  public func makeCache(_ name: String, objectSize: Int, options: CacheOptions) throws(EngineError) -> SlabCache {
    try makeCache(name, objectSize: objectSize, isGeneral: false, options: options, joining: nil)
  }

  /// Creates a cache for objects of `objectSize` bytes with the given alignment in bytes and otherwise default
  /// options. See `makeCache(_:objectSize:options:)`.
  public func makeCache(_ name: String, objectSize: Int, alignment: Int = 8) throws(EngineError) -> SlabCache {
    try makeCache(name, objectSize: objectSize, options: CacheOptions(alignment: alignment))
  }

  /// Creates a cache. The cache joins the pool of `host` if that is not nil.
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
    let finalOptions = options
    let made: Result<SlabCache, EngineError> = directory.withLock { directory in
      guard directory.cache(named: name) == nil else { return .failure(.duplicateCache(name)) }
      let index = directory.caches.count
      guard index < EngineConfiguration.maximumCaches else {
        return .failure(.tooManyCaches(maximum: EngineConfiguration.maximumCaches))
      }
      let shared = sharedPool(
        forCache: index, named: name, objectSize: objectSize, options: finalOptions, host: host, in: directory)
      if let host, shared == nil {
        let reason = "its slabs are shared by \(PoolMembers.most) caches, which is the maximum"
        return .failure(.cacheNotShareable(name: host.name, reason: reason))
      }
      let poolIndex =
        shared
        ?? makePool(forCache: index, named: name, objectSize: objectSize, options: finalOptions, in: &directory)
      // The cache has just joined this pool, so the pool exists.
      let stride = table.pool(at: poolIndex)!.inspect { $0.geometry.stride }
      let descriptor = UnsafeMutablePointer<CacheDescriptor>.allocate(capacity: 1)
      descriptor.initialize(
        to: CacheDescriptor(
          index: index, name: name, objectSize: objectSize, isGeneral: isGeneral, options: finalOptions,
          poolIndex: poolIndex, stride: stride, cpus: configuration.cpus,
          limitsDepot: configuration.reclaim.limitsDepots))
      let cache = SlabCache(descriptor: descriptor)
      table.publish(cache)
      directory.add(cache)
      return .success(cache)
    }
    return try made.get()
  }

  private func makePool(
    forCache cache: Int, named name: String, objectSize: Int, options: CacheOptions, in directory: inout CacheDirectory
  ) -> Int {
    let geometry = SlabGeometry(
      cache: name, objectSize: objectSize, alignment: options.alignment, minimumStride: options.minimumStride,
      redZones: options.flags.contains(.redZone), orders: configuration.orders)
    let orders = configuration.orders.policy(forCache: name, stride: geometry.stride)
    return addPool(geometry, orders, objectSize: objectSize, options: options, firstMember: cache, in: &directory)
  }

  /// Creates and publishes a pool with one member. The table has room for it: each pool is the current one of at least one
  /// cache, destroyed caches included, so that there are never more pools than caches.
  func addPool(
    _ geometry: SlabGeometry, _ orders: OrderPolicy, objectSize: Int, options: CacheOptions, firstMember cache: Int,
    in directory: inout CacheDirectory
  ) -> Int {
    let index = directory.pools
    assert(index < CacheTable.capacity, "there are at most as many pools as caches")
    var pool = SlabPool(
      index: index, geometry: geometry, objectSize: objectSize, orders: orders, options: options,
      records: configuration.keepsRecords || options.flags.contains(.storeUser) ? records : nil,
      reclaim: configuration.reclaim, memory: memory)
    let joined = pool.members.join(cache)
    assert(joined, "a new pool has room")
    directory.pools += 1
    table.publish(GuardedPool(pool), at: index)
    return index
  }

  /// Returns the cache with this name; nil if there is none or it was destroyed.
  public func cache(named name: String) -> SlabCache? {
    directory.withLock { $0.cache(named: name) }
  }

  /// All caches that have not been destroyed, in order of creation.
  public var caches: [SlabCache] { directory.withLock { $0.activeCaches } }

  /// All pools, in order of creation.
  var pools: [GuardedPool] { (0..<directory.withLock(\.pools)).compactMap { table.pool(at: $0) } }

  /// Returns the cache with this index; nil if there is none or it was destroyed.
  func cache(at index: Int) -> SlabCache? {
    guard let cache = table.cache(at: index), cache.descriptor.pointee.isAlive.load(ordering: .relaxed) else {
      return nil
    }
    return cache
  }

  /// Returns the free memory of a cache to the page allocator (kmem_cache_shrink): drains its depot and returns all its
  /// empty slabs. Objects in the CPUs' magazines stay there; the thread that drives a CPU returns them with
  /// `EngineCPU.drain(_:)`. Any thread may call this.
  /// - Returns: The number of pages returned.
  /// - Complexity: O(objects in the depot + empty slabs).
  @discardableResult
  public func shrink(_ cache: SlabCache) -> Int {
    drainDepot(of: cache)
    return releaseEmptySlabs(of: pool(of: cache), keeping: .none)
  }

  /// Destroys a cache (kmem_cache_destroy). No thread may use this cache during or after the call; CPUs may continue to
  /// use other caches.
  /// - Throws: `EngineError.cacheBusy` if objects of the cache are live; the cache can then still be used, but its
  ///   magazines are empty. `.cacheNotDestroyable` for a general cache or one that was destroyed before.
  /// - Complexity: O(CPUs + pools + free objects of the cache).
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
    let live = descriptor.pointee.transfers.objectsInUse {
      pools.reduce(0) { sum, pool in sum + pool.inspect { $0.members.objectsInUse(of: cache.index) } }
    }
    guard live == 0 else { throw .cacheBusy(name: cache.name, liveObjects: live) }
    for index in 0..<configuration.cpus {
      cpu(index).state.pointee.draining.withLock { _ in cpuCache(ofCPU: index, cache: cache).releaseMagazines() }
    }
    // The directory is locked for both steps, so that no sample reports slabs under the name of a destroyed cache.
    directory.withLock { directory in
      directory.remove(cache)
      for pool in pools { removeMember(cache, from: pool) }
    }
  }

  /// Removes a cache without objects in use from the members of a pool, and returns the pool's slabs to the page
  /// allocator if no member remains.
  private func removeMember(_ cache: SlabCache, from pool: GuardedPool) {
    let hasNoMembers = pool.withLock { pool in
      guard pool.members.position(of: cache.index) != nil else { return false }
      // The last member is kept as an entry, because samples report a pool under the name of a member.
      if pool.members.count > 1 { pool.members.remove(cache.index) } else { pool.members.leave(cache.index) }
      return pool.members.staying == 0
    }
    if hasNoMembers { releaseEmptySlabs(of: pool, keeping: .none) }
  }

  /// Frees the magazines of all caches on a CPU. Used when the engine is destroyed.
  func releaseMagazines(ofCPU index: Int) {
    for cache in directory.withLock({ $0.caches }) { cpuCache(ofCPU: index, cache: cache).releaseMagazines() }
  }
}
