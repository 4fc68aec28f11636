internal import Synchronization

/// Which caches share slabs (S4 of the mail).
extension SlabEngine {
  /// The pool of another cache that a new one may draw from: the one that wastes least. Called with the directory
  /// locked; a pool's lock is taken within.
  func sharedPool(
    forCache cache: Int, objectSize: Int, options: CacheOptions, host: SlabCache?, in directory: CacheDirectory
  ) -> Int? {
    if let host {
      let index = host.descriptor.pointee.poolIndex.load(ordering: .acquiring)
      return pool(of: host).withLock { $0.join(cache) } ? index : nil
    }
    let (bound, window) = (configuration.sharingBound ?? -1, configuration.mergeWindow ?? -1)
    guard bound >= 0 || window > 0, options.maySharePool else { return nil }
    let own = SlabGeometry(
      objectSize: objectSize, alignment: options.alignment, minimumStride: options.minimumStride,
      orders: configuration.orders)
    let candidates = directory.living.compactMap { other -> (index: Int, stride: Int)? in
      let descriptor = other.descriptor
      guard descriptor.pointee.options.maySharePool, descriptor.pointee.options.alignment == options.alignment else {
        return nil
      }
      let index = descriptor.pointee.poolIndex.load(ordering: .acquiring)
      let stride = pool(of: other).inspect { $0.geometry.stride }
      let waste = Double(stride - own.stride) / Double(stride)
      let isClose = waste <= bound || stride - own.stride < window
      return stride >= own.stride && isClose ? (index, stride) : nil
    }
    guard let best = candidates.min(by: { ($0.stride, $0.index) < ($1.stride, $1.index) }) else { return nil }
    return table.pool(at: best.index)!.withLock { $0.join(cache) } ? best.index : nil
  }

  /// Makes a general cache of a cache's slabs (the mail: "allows a specific cache to also be exported as a general
  /// cache"): requests for up to its object size are served from them from now on, and counted apart.
  /// - Returns: the general cache that shares the slabs.
  /// - Throws: when a general cache of that size is there already, or the cache's options keep it from sharing.
  @discardableResult
  public func export(_ cache: SlabCache) throws(EngineError) -> SlabCache {
    let size = cache.objectSize & ~7
    guard cache.descriptor.pointee.options.maySharePool else {
      throw .cacheNotShareable(name: cache.name, reason: "its flags, constructor or remote frees keep its slabs apart")
    }
    guard GeneralCaches.isServable(size), size < general.largest, size.nonzeroBitCount != 1 else {
      throw .generalCacheSizes("\(size), the size of \(cache.name), can't be added between the powers of two")
    }
    return try addGeneralCache(size: size, sharing: cache)
  }

  /// Lets a cache leave a pool that it shares: from now on its slabs are its own, and the objects that it has out of the
  /// old ones come back to those in time. The new slabs have the stride that the cache would have had alone.
  /// - Throws: when it shares with nobody.
  public func unshare(_ cache: SlabCache) throws(EngineError) {
    let left: Result<Void, EngineError> = directory.withLock { directory in
      let old = pool(of: cache)
      guard old.withLock(\.members.staying) > 1 else {
        return .failure(.cacheNotShareable(name: cache.name, reason: "it shares its slabs with no other cache"))
      }
      guard directory.pools < CacheTable.capacity else {
        return .failure(.tooManyCaches(maximum: EngineConfiguration.maximumCaches))
      }
      let index = addPool(
        ownGeometry(of: cache), orders(isGeneral: cache.isGeneral), objectSize: cache.objectSize,
        options: cache.descriptor.pointee.options, firstMember: cache.index, in: &directory)
      old.withLock { $0.members.leave(cache.index) }
      cache.descriptor.pointee.poolIndex.store(index, ordering: .releasing)
      return .success(())
    }
    try left.get()
  }

  /// How a cache's objects lie in slabs that it shares with nobody.
  private func ownGeometry(of cache: SlabCache) -> SlabGeometry {
    let options = cache.descriptor.pointee.options
    return SlabGeometry(
      objectSize: cache.objectSize, alignment: options.alignment, minimumStride: options.minimumStride,
      redZones: options.flags.contains(.redZone), orders: orders(isGeneral: cache.isGeneral))
  }

  /// Lets each cache leave the pool that it shares where that costs more than it saves: what its objects waste in slabs
  /// of a larger stride is more than a slab of its own, which is the most that sharing saves it. Sharing is for caches
  /// that have little out.
  func unshareWhatWastes() {
    for cache in caches { unshareIfWasteful(cache) }
  }

  /// Lets a cache leave the pool that it shares if that costs more than it saves; see `unshareWhatWastes`.
  /// - Returns: whether it left.
  @discardableResult
  func unshareIfWasteful(_ cache: SlabCache) -> Bool {
    guard configuration.sharingBound != nil else { return false }
    let (isShared, out, stride) = pool(of: cache).withLock { pool in
      (pool.members.staying > 1, pool.members.objectsOut(of: cache.index), pool.geometry.stride)
    }
    guard isShared else { return false }
    let own = ownGeometry(of: cache)
    guard out * (stride - own.stride) > MachineMemory.pageBytes << own.preferredOrder else { return false }
    // It can fail only if there is room for no further pool; then the cache stays.
    do { try unshare(cache) } catch { return false }
    return true
  }

  /// The caches that draw from the same slabs as this one, itself included.
  public func sharers(of cache: SlabCache) -> [SlabCache] {
    pool(of: cache).inspect { pool in
      (0..<pool.members.count).filter { !pool.members[$0].hasLeft }.map { pool.members[$0].cache }
    }.compactMap { livingCache(at: $0) }
  }
}
