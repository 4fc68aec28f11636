internal import Synchronization

/// Transfer of objects between caches and slabs, and of pages between pools and the page allocator.
extension SlabEngine {
  /// Removes up to `count` free objects from a cache's slabs, and adds slabs to its pool if necessary. The objects are
  /// written to `slots`.
  /// - Returns: The number of objects; 0 if memory is exhausted.
  func removeObjects(_ count: Int, into slots: Magazine.Slots, from cache: SlabCache, cpu: Int) -> Int {
    var pool = pool(of: cache)
    cache.descriptor.pointee.refills.add(1, ordering: .relaxed)
    while true {
      let taken = pool.withLock { $0.take(count, into: slots, for: cache.index, cpu: cpu) }
      if taken > 0 { return taken }
      // Checked before the pool grows for this cache, because its own slabs may be better. If the cache left the pool
      // later, the objects that it has in the shared slabs would pin those, and it could not use the free objects in
      // them.
      if unshareIfWasteful(cache) {
        pool = self.pool(of: cache)
        continue
      }
      if configuration.reclaim.drainsIdleCaches { drainNextIdleCache(cpu: cpu, growing: cache) }
      if grow(pool) { continue }
      // Other caches may have empty slabs in reserve, and this cache's depot may have free objects.
      reclaim(protectingSlabs: pool.withLock { $0.geometry.minimumOrder == 0 })
      guard grow(pool) || pool.withLock({ $0.hasObjectsToTake }) else { return 0 }
    }
  }

  /// Returns objects to a cache's slabs, and returns the empty slabs beyond the reserve to the page allocator. A
  /// pointer that is not a live object of the cache is reported as a fault and otherwise ignored.
  func returnObjects(_ slots: Magazine.Slots, count: Int, to cache: SlabCache) {
    cache.descriptor.pointee.flushes.add(1, ordering: .relaxed)
    var done = 0
    while done < count {
      guard let pool = self.pool(containing: slots[done]) else {
        report(.foreignFree, slots[done], cache: cache)
        done += 1
        continue
      }
      let (processed, surplus, refused) = pool.withLock { pool in
        let processed = pool.put(slots + done, count: count - done, from: cache.index)
        let refused = pool.refused
        if !refused.isEmpty { pool.refused = [] }
        return (processed, pool.emptySlabs > pool.reserve, refused)
      }
      for free in refused { report(free.reason, free.object, cache: cache) }
      if surplus { releaseEmptySlabs(of: pool) }
      if processed == 0 {
        // The page was freed and reused after the lookup above, so the pointer was not a live object.
        report(.foreignFree, slots[done], cache: cache)
        done += 1
      }
      done += processed
    }
  }

  /// Returns one object to its slab.
  func returnObject(_ object: UnsafeMutableRawPointer, to cache: SlabCache) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer.self, capacity: 1) { slot in
      slot.initializeElement(at: 0, to: object)
      returnObjects(slot.baseAddress!, count: 1, to: cache)
    }
  }

  /// Returns the index of the cache that owns an object on a slab; nil if the address is not on a slab.
  func owner(of object: UnsafeMutableRawPointer) -> Int? {
    guard let location = memory.location(of: object), location.slab.pointee.use == .slab else { return nil }
    // If no object starts at the address, the free that follows reports that, whichever cache of the slab is returned
    // here.
    let number = min(location.object, Int(location.slab.pointee.objectCount) - 1)
    return memory.ownerTags.owner(ofObject: number, of: location.slab)
  }

  /// Returns the pool whose slab contains an address; nil if the address is not on a slab.
  func pool(containing object: UnsafeMutableRawPointer) -> GuardedPool? {
    guard let location = memory.location(of: object), location.slab.pointee.use == .slab else { return nil }
    return table.pool(at: Int(location.slab.pointee.poolIndex))
  }

  /// Adds a slab to a pool. If the page allocator refuses the planned order, tries the next lower orders that hold an
  /// object (or, as SLUB does, only the lowest, if the policy says so).
  /// - Returns: Whether a slab was added.
  func grow(_ pool: GuardedPool) -> Bool {
    pages.withLock { pages in
      let (planned, minimum, fallsBackToLowest) = pool.withLock {
        ($0.plannedOrder(pages.allocator), $0.geometry.minimumOrder, $0.plan.fallsBackToLowest)
      }
      let time = clock.load(ordering: .relaxed)
      var order = planned
      while order >= minimum {
        if pool.withLock({ $0.plan.mayRequest(order) }) {
          if let frame = pages.allocate(order: order, for: .slab) {
            let isMemoryShort = pages.allocator.isShort
            let adopted = pool.withLock { pool in
              pool.isMemoryShort = isMemoryShort
              return pool.adopt(frame, planned: planned, at: time)
            }
            if !adopted { pages.allocator.free(frame) }
            return adopted
          }
          pool.withLock { $0.plan.recordRefusal(of: order, at: time) }
        }
        order = fallsBackToLowest && order > minimum ? minimum : order - 1
      }
      return false
    }
  }

  /// Empty slabs that a pool retains when others are released.
  enum RetainedSlabs {
    case none, protected, reserve
  }

  /// Returns empty slabs of a pool to the page allocator, except those that the pool retains.
  /// - Returns: The number of pages returned.
  @discardableResult
  func releaseEmptySlabs(of pool: GuardedPool, keeping retained: RetainedSlabs = .reserve) -> Int {
    pages.withLock { pages in
      var returned = 0
      while let frame = pool.withLock({ pool in
        let count =
          switch retained {
          case .none: 0
          case .protected: pool.protectedSlabs
          case .reserve: pool.reserve
          }
        return pool.emptySlabs > count ? pool.releaseEmpty() : nil
      }) {
        returned += 1 << Int(memory.pages[Int(frame)].order)
        pages.allocator.free(frame)
      }
      return returned
    }
  }

  /// Reclaims memory when an allocation has failed: shrinks every cache and its magazine size, and makes every CPU
  /// drain its magazines at its next slow path.
  /// - Parameter protectingSlabs: Whether each pool retains one small empty slab (`SlabPool.protectedSlabs`).
  /// - Returns: Whether any page was returned to the page allocator.
  @discardableResult
  func reclaim(protectingSlabs: Bool) -> Bool {
    pressure.add(1, ordering: .relaxed)
    var pages = 0
    for cache in caches {
      cache.descriptor.pointee.shrinkMagazines()
      let pool = pool(of: cache)
      pool.withLock { $0.isMemoryShort = true }
      drainDepot(of: cache)
      pages += releaseEmptySlabs(of: pool, keeping: protectingSlabs ? .protected : .none)
    }
    return pages > 0
  }
}
