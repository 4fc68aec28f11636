internal import Synchronization

/// What is returned in the background, off the paths that allocate and free.
extension SlabEngine {
  /// Returns what depots have kept unused since the last call (the old SLAB's cache_reap), reduces each pool's reserve of empty
  /// slabs, and lets caches leave pools whose stride has come to waste more than sharing saves. To be called every now and
  /// then; caches in use return what their depots keep unused themselves, by a count of exchanges.
  /// - Parameter returningEmptySlabs: whether reserves are reduced; a round of a shuffler does that as well.
  /// - Returns: objects that went back to their slabs.
  /// - Complexity: O(caches), and what is returned.
  @discardableResult
  public func reap(returningEmptySlabs: Bool = true) -> Int {
    var returned = 0
    for cache in caches {
      cache.descriptor.pointee.depot.endInterval()
      while let surplus = cache.descriptor.pointee.depot.takeSurplus() {
        putBack(Magazine.slots(of: surplus), count: surplus.pointee.rounds, to: cache)
        returned += surplus.pointee.rounds
        surplus.deallocate()
      }
    }
    if returningEmptySlabs { returnEmptySlabs() }
    unshareWhatWastes()
    return returned
  }

  private func returnEmptySlabs() {
    for pool in pools {
      let hasSurplus = pool.withLock { pool in
        pool.forgetPeak()
        return pool.emptySlabs > pool.reserve
      }
      if hasSurplus { releaseEmptySlabs(of: pool) }
    }
  }

  /// Caches that have free objects in magazines or in their depot although they need fewer: their live objects have
  /// decreased since the last call, or nothing was allocated from them. Drivers of CPUs return those objects with
  /// `EngineCPU.drain(_:)` and `drainDepot(of:)`, so that they do not pin slabs (the working set of a depot, Bonwick and
  /// Adams 2001, section 3.4, extended to the CPUs' magazines).
  /// - Complexity: O(caches x CPUs).
  public func cachesThatShrank() -> [SlabCache] {
    caches.filter { cache in
      let descriptor = cache.descriptor
      var (held, allocations) = (descriptor.pointee.depot.objects.load(ordering: .relaxed), 0)
      for cpu in 0..<configuration.cpus {
        let line = line(ofCPU: cpu, cache: cache)
        held += line.heldRounds
        allocations += line.counters.pointee.allocations.load(ordering: .relaxed)
      }
      // Objects in a pool that the cache left are not counted: their number only decreases.
      let live = pool(of: cache).withLock { $0.members.objectsOut(of: cache.index) } - held
      let (liveBefore, allocationsBefore) = (
        descriptor.pointee.liveAtLastCheck.load(ordering: .relaxed),
        descriptor.pointee.allocationsAtLastCheck.load(ordering: .relaxed)
      )
      descriptor.pointee.liveAtLastCheck.store(live, ordering: .relaxed)
      descriptor.pointee.allocationsAtLastCheck.store(allocations, ordering: .relaxed)
      return held > 0 && (live < liveBefore || allocations == allocationsBefore)
    }
  }

  /// Returns the objects in a cache's depot to their slabs.
  public func drainDepot(of cache: SlabCache) {
    while let magazine = cache.descriptor.pointee.depot.takeFull() {
      putBack(Magazine.slots(of: magazine), count: magazine.pointee.rounds, to: cache)
      magazine.deallocate()
    }
  }

  /// Adds empty slabs to the pool of a cache until the pool has `slabBytes` bytes of slabs, `limit` bytes were added, or memory
  /// is exhausted. The pool's reserve decides when they are returned.
  /// - Returns: bytes of the slabs added.
  public func addEmptySlabs(to cache: SlabCache, upToBytes slabBytes: Int, limit: Int) -> Int {
    let pool = pool(of: cache)
    let before = pool.withLock(\.counts.slabBytes)
    let most = min(slabBytes, before + limit)
    while pool.withLock({ $0.counts.slabBytes + MachineMemory.pageBytes << $0.plannedOrder <= most }), grow(pool) {}
    return pool.withLock(\.counts.slabBytes) - before
  }
}
