internal import Synchronization

/// Reclaim that runs in the background, outside of allocations and frees.
extension SlabEngine {
  /// Returns full magazines that were unused since the last call from the depots to their slabs (as cache_reap did in
  /// the old SLAB), lowers each pool's reserve of empty slabs, and lets caches leave pools in which they waste more
  /// than sharing saves. Call it periodically. The depots of caches in use also return unused magazines on their own,
  /// after a number of exchanges. Any thread may call this.
  /// - Parameter returningEmptySlabs: Whether to lower the reserves of empty slabs. A shuffler does that in each of its
  ///   rounds.
  /// - Returns: The number of objects returned to their slabs.
  /// - Complexity: O(caches + pools + objects and slabs returned).
  @discardableResult
  public func reap(returningEmptySlabs: Bool = true) -> Int {
    var returned = 0
    for cache in caches {
      cache.descriptor.pointee.depot.endInterval()
      cache.descriptor.pointee.transfers.begin()
      defer { cache.descriptor.pointee.transfers.end() }
      while let surplus = cache.descriptor.pointee.depot.removeSurplus() {
        returnObjects(Magazine.slots(of: surplus), count: surplus.pointee.rounds, to: cache)
        returned += surplus.pointee.rounds
        surplus.deallocate()
      }
    }
    if returningEmptySlabs { trimReserves() }
    unshareWastefulCaches()
    return returned
  }

  private func trimReserves() {
    let isMemoryShort = pages.withLock(\.allocator.isShort)
    for pool in pools {
      let hasSurplus = pool.withLock { pool in
        pool.decayPeak(isMemoryShort: isMemoryShort)
        return pool.emptySlabs > pool.reserve
      }
      if hasSurplus { releaseEmptySlabs(of: pool) }
    }
  }

  /// Returns the caches that have more free objects in magazines and depots than they need: their number of live
  /// objects has decreased since the last call, or nothing was allocated from them since. The threads that drive the
  /// CPUs should return those objects with `EngineCPU.drain(_:)` and `drainDepot(of:)`, so that they do not pin slabs.
  /// This extends the working set of a depot (Bonwick and Adams 2001, section 3.4) to the CPUs' magazines.
  /// - Complexity: O(caches x CPUs).
  public func cachesThatShrank() -> [SlabCache] {
    caches.filter { cache in
      let descriptor = cache.descriptor
      var (freeObjects, allocations) = (descriptor.pointee.depot.objects.load(ordering: .relaxed), 0)
      for cpu in 0..<configuration.cpus {
        let cpuCache = cpuCache(ofCPU: cpu, cache: cache)
        freeObjects += cpuCache.roundCount
        allocations += cpuCache.counters.pointee.allocations.load(ordering: .relaxed)
      }
      // Objects in a pool that the cache has left are not counted, because their number only decreases.
      let live = pool(of: cache).withLock { $0.members.objectsInUse(of: cache.index) } - freeObjects
      let (liveBefore, allocationsBefore) = (
        descriptor.pointee.liveAtLastCheck.load(ordering: .relaxed),
        descriptor.pointee.allocationsAtLastCheck.load(ordering: .relaxed)
      )
      descriptor.pointee.liveAtLastCheck.store(live, ordering: .relaxed)
      descriptor.pointee.allocationsAtLastCheck.store(allocations, ordering: .relaxed)
      return freeObjects > 0 && (live < liveBefore || allocations == allocationsBefore)
    }
  }

  /// Returns all objects in a cache's depot to their slabs. Any thread may call this.
  /// - Complexity: O(objects in the depot).
  public func drainDepot(of cache: SlabCache) {
    cache.descriptor.pointee.transfers.begin()
    defer { cache.descriptor.pointee.transfers.end() }
    while let magazine = cache.descriptor.pointee.depot.removeFull() {
      returnObjects(Magazine.slots(of: magazine), count: magazine.pointee.rounds, to: cache)
      magazine.deallocate()
    }
  }

  /// Adds empty slabs to the pool of a cache until the pool has `slabBytes` bytes of slabs, or `limit` bytes have been
  /// added, or memory is exhausted. They are returned to the page allocator when they exceed the pool's reserve.
  /// - Returns: The number of bytes added.
  /// - Complexity: O(slabs added).
  public func addEmptySlabs(to cache: SlabCache, upToBytes slabBytes: Int, limit: Int) -> Int {
    let pool = pool(of: cache)
    let before = pool.withLock(\.counts.slabBytes)
    let most = min(slabBytes, before + limit)
    while pool.withLock({ $0.counts.slabBytes + MachineMemory.pageBytes << $0.plannedOrder <= most }), grow(pool) {}
    return pool.withLock(\.counts.slabBytes) - before
  }
}
