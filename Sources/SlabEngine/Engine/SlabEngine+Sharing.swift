internal import Synchronization

/// Slab sharing between caches (S4).
extension SlabEngine {
  /// Joins a new cache to the pool of an existing cache: to that of `host` if there is one, otherwise to the pool in
  /// which the new cache wastes least. Called with the directory locked; takes the pool's lock.
  /// - Returns: The index of the pool; nil if the cache needs its own pool.
  func sharedPool(
    forCache cache: Int, named name: String, objectSize: Int, options: CacheOptions, host: SlabCache?,
    in directory: CacheDirectory
  ) -> Int? {
    if let host {
      let index = host.descriptor.pointee.poolIndex.load(ordering: .acquiring)
      return pool(of: host).withLock { $0.join(cache) } ? index : nil
    }
    let (bound, window) = (configuration.sharingBound ?? -1, configuration.mergeWindow ?? -1)
    guard bound >= 0 || window > 0, options.maySharePool else { return nil }
    let own = SlabGeometry(
      cache: name, objectSize: objectSize, alignment: options.alignment, minimumStride: options.minimumStride,
      orders: configuration.orders)
    let candidates = directory.activeCaches.compactMap { other -> (index: Int, stride: Int)? in
      let descriptor = other.descriptor
      guard descriptor.pointee.options.maySharePool, descriptor.pointee.options.alignment == options.alignment else {
        return nil
      }
      let index = descriptor.pointee.poolIndex.load(ordering: .acquiring)
      let (stride, orders) = pool(of: other).inspect { ($0.geometry.stride, $0.orders) }
      // A pool has one order plan, so that a cache with other order settings, at its own stride or the pool's, keeps slabs of
      // its own.
      guard
        !configuration.orders.hasOverrides
          || [own.stride, stride].allSatisfy({ configuration.orders.policy(forCache: name, stride: $0) == orders })
      else { return nil }
      let waste = Double(stride - own.stride) / Double(stride)
      let isClose = waste <= bound || stride - own.stride < window
      return stride >= own.stride && isClose ? (index, stride) : nil
    }
    guard let best = candidates.min(by: { ($0.stride, $0.index) < ($1.stride, $1.index) }) else { return nil }
    return table.pool(at: best.index)!.withLock { $0.join(cache) } ? best.index : nil
  }

  /// Exports a cache as a general cache (Hemment: "allows a specific cache to also be exported as a general cache").
  /// From now on, requests of up to the cache's object size (rounded down to a multiple of 8) are allocated from the
  /// cache's slabs, and are counted under the general cache. Other threads may allocate meanwhile.
  /// - Returns: The general cache, which shares the slabs of `cache`.
  /// - Throws: `EngineError.generalCacheSizes` if the size cannot be added or exists; `.cacheNotShareable` if the
  ///   options of the cache exclude sharing, or its pool has no room for another member.
  @discardableResult
  public func export(_ cache: SlabCache) throws(EngineError) -> SlabCache {
    let size = cache.objectSize & ~7
    guard cache.descriptor.pointee.options.maySharePool else {
      throw .cacheNotShareable(
        name: cache.name, reason: "its flags, its constructor or its treatment of remote frees exclude sharing")
    }
    guard GeneralCaches.isServable(size), size < general.largest, size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes(
        "\(size), the size of cache \(cache.name), cannot be added: it must be below \(general.largest) and not a power of two"
      )
    }
    return try addGeneralCache(size: size, sharing: cache)
  }

  /// Makes a cache leave its shared pool: from now on it allocates from slabs of its own, with the stride that it would
  /// have had without sharing. Objects allocated from the shared slabs are returned to those when they are freed. Other
  /// threads may allocate meanwhile.
  /// - Throws: `EngineError.cacheNotShareable` if the cache shares its slabs with no other cache.
  public func unshare(_ cache: SlabCache) throws(EngineError) {
    let result: Result<Void, EngineError> = directory.withLock { directory in
      let old = pool(of: cache)
      guard old.withLock(\.members.staying) > 1 else {
        return .failure(.cacheNotShareable(name: cache.name, reason: "it shares its slabs with no other cache"))
      }
      let geometry = ownGeometry(of: cache)
      let index = addPool(
        geometry, configuration.orders.policy(forCache: cache.name, stride: geometry.stride),
        objectSize: cache.objectSize,
        options: cache.descriptor.pointee.options, firstMember: cache.index, in: &directory)
      old.withLock { $0.members.leave(cache.index) }
      #if Capture
        lookUpSlabs(of: cache)
      #endif
      cache.descriptor.pointee.poolIndex.store(index, ordering: .releasing)
      return .success(())
    }
    try result.get()
  }

  /// Returns the layout that a cache's objects have in slabs of its own.
  private func ownGeometry(of cache: SlabCache) -> SlabGeometry {
    let options = cache.descriptor.pointee.options
    return SlabGeometry(
      cache: cache.name, objectSize: cache.objectSize, alignment: options.alignment,
      minimumStride: options.minimumStride, redZones: options.flags.contains(.redZone), orders: configuration.orders)
  }

  /// Makes each cache leave its shared pool if sharing wastes more than it saves: sharing saves a cache at most one
  /// slab of its own, and it wastes the difference of the strides for each object in use. Sharing therefore suits
  /// caches with few objects.
  func unshareWastefulCaches() {
    for cache in caches { unshareIfWasteful(cache) }
  }

  /// Makes a cache leave its shared pool if sharing wastes more than it saves; see `unshareWastefulCaches`.
  /// - Returns: Whether the cache left the pool.
  @discardableResult
  func unshareIfWasteful(_ cache: SlabCache) -> Bool {
    guard configuration.sharingBound != nil else { return false }
    let (isShared, objectsInUse, stride) = pool(of: cache).withLock { pool in
      (pool.members.staying > 1, pool.members.objectsInUse(of: cache.index), pool.geometry.stride)
    }
    guard isShared else { return false }
    let own = ownGeometry(of: cache)
    guard objectsInUse * (stride - own.stride) > MachineMemory.pageBytes << own.preferredOrder else { return false }
    // `unshare` fails only if the other members have left the pool in the meantime.
    do { try unshare(cache) } catch { return false }
    return true
  }

  /// Returns the caches that share the slabs of this cache, itself included, in the order in which they joined.
  public func sharers(of cache: SlabCache) -> [SlabCache] {
    pool(of: cache).inspect { pool in
      (0..<pool.members.count).filter { !pool.members[$0].hasLeft }.map { pool.members[$0].cache }
    }.compactMap { self.cache(at: $0) }
  }
}
