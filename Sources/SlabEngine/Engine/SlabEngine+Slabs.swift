internal import Synchronization

/// Where pools and the page allocator meet: pages become slabs, and empty slabs become pages again.
extension SlabEngine {
  /// Takes up to `count` objects from a cache's slabs, growing its pool as needed; 0 when memory is exhausted.
  func takeOut(_ count: Int, into slots: Magazine.Slots, from cache: SlabCache, cpu: Int) -> Int {
    var pool = pool(of: cache)
    cache.descriptor.pointee.refills.add(1, ordering: .relaxed)
    while true {
      let taken = pool.withLock { $0.take(count, into: slots, for: cache.index, cpu: cpu) }
      if taken > 0 { return taken }
      // Before the pool grows for this cache: slabs of its own may be better. Later, the objects that the cache has in the
      // shared slabs would pin those, and the free room in them would be lost to the cache.
      if unshareIfWasteful(cache) {
        pool = self.pool(of: cache)
        continue
      }
      if grow(pool) { continue }
      // What other caches hold in reserve, or this one in its depot, may do.
      reclaim()
      guard grow(pool) || pool.withLock({ $0.hasObjectsToTake }) else { return 0 }
    }
  }

  /// Puts objects back into a cache's slabs, and returns the empty slabs beyond the reserve. Those that are no live
  /// objects of the cache are reported and left alone.
  func putBack(_ slots: Magazine.Slots, count: Int, to cache: SlabCache) {
    cache.descriptor.pointee.flushes.add(1, ordering: .relaxed)
    var done = 0
    while done < count {
      guard let pool = poolHolding(slots[done]) else {
        report(.foreignFree, slots[done], cache: cache)
        done += 1
        continue
      }
      let (dealtWith, surplus, refused) = pool.withLock { pool in
        let dealtWith = pool.put(slots + done, count: count - done, from: cache.index)
        let refused = pool.refused
        if !refused.isEmpty { pool.refused = [] }
        return (dealtWith, pool.emptySlabs > pool.reserve, refused)
      }
      for free in refused { report(free.reason, free.object, cache: cache) }
      if surplus { releaseEmptySlabs(of: pool) }
      if dealtWith == 0 {
        // Its page changed hands meanwhile: it was no live object.
        report(.foreignFree, slots[done], cache: cache)
        done += 1
      }
      done += dealtWith
    }
  }

  /// Puts one object back.
  func putBack(_ object: UnsafeMutableRawPointer, to cache: SlabCache) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer.self, capacity: 1) { slot in
      slot.initializeElement(at: 0, to: object)
      putBack(slot.baseAddress!, count: 1, to: cache)
    }
  }

  /// The cache that an object on a slab belongs to; nil when the address is on no slab.
  func owner(of object: UnsafeMutableRawPointer) -> Int? {
    guard let place = memory.place(of: object), place.slab.pointee.use == .slab else { return nil }
    // Where no object starts, any cache of the slab's will find out.
    return place.slab.pointee.owner(ofObject: min(place.object, Int(place.slab.pointee.objectCount) - 1))
  }

  /// The pool from whose slab an address is; nil when it is on none.
  func poolHolding(_ object: UnsafeMutableRawPointer) -> GuardedPool? {
    guard let place = memory.place(of: object), place.slab.pointee.use == .slab else { return nil }
    return table.pool(at: Int(place.slab.pointee.poolIndex))
  }

  /// Adds a slab to a pool: of the planned order, or, as the page allocator refuses, of the next lower ones that hold
  /// an object.
  func grow(_ pool: GuardedPool) -> Bool {
    pages.withLock { pages in
      let (planned, minimum) = pool.withLock { ($0.plannedOrder, $0.geometry.minimumOrder) }
      var order = planned
      while order >= minimum {
        let isDue = pool.withLock { order == minimum || $0.plan.mayAsk(order) }
        if isDue {
          if let frame = pages.allocate(order: order, for: .slab) {
            let adopted = pool.withLock { $0.adopt(frame) }
            if !adopted { pages.allocator.free(frame) }
            return adopted
          }
          pool.withLock { $0.plan.refused(order) }
        }
        order = configuration.orders.fallsBackToLowest && order > minimum ? minimum : order - 1
      }
      return false
    }
  }

  /// Returns a pool's empty slabs to the page allocator: all of them, or all but the pool's reserve.
  /// - Returns: pages returned.
  @discardableResult
  func releaseEmptySlabs(of pool: GuardedPool, keepingReserve: Bool = true) -> Int {
    pages.withLock { pages in
      var returned = 0
      while let frame = pool.withLock({ pool in
        pool.emptySlabs > (keepingReserve ? pool.reserve : 0) ? pool.releaseEmpty() : nil
      }) {
        returned += 1 << Int(memory.pages[Int(frame)].order)
        pages.allocator.free(frame)
      }
      return returned
    }
  }

  /// Returns what all caches hold in reserve, as memory runs out, and asks every CPU to return what its magazines hold.
  /// - Returns: whether any page came back.
  @discardableResult
  func reclaim() -> Bool {
    pressure.add(1, ordering: .relaxed)
    var pages = 0
    for cache in caches {
      cache.descriptor.pointee.shrinkMagazines()
      pages += shrink(cache)
    }
    return pages > 0
  }

  // MARK: Large requests

  /// Serves a request above the general caches' reach with a block of its own; nil when none is to be had.
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= MachineMemory.largestBlockBytes else {
      pages.withLock { $0.large.failed += 1 }
      return nil
    }
    var order = 0
    while MachineMemory.pageBytes << order < bytes { order += 1 }
    if let block = claimLarge(bytes: bytes, order: order) { return block }
    if reclaim(), let block = claimLarge(bytes: bytes, order: order) { return block }
    pages.withLock { $0.large.failed += 1 }
    return nil
  }

  private func claimLarge(bytes: Int, order: Int) -> UnsafeMutableRawPointer? {
    let descriptors = memory.pages
    return pages.withLock { pages in
      guard let frame = pages.allocate(order: order, for: .large) else { return nil }
      descriptors[Int(frame)].largeBytes = bytes
      pages.large.count += 1
      pages.large.requestedBytes += bytes
      pages.large.blockBytes += MachineMemory.pageBytes << order
      return memory.address(ofPage: Int(frame))
    }
  }

  /// Frees the block of a large request; false when `object` is not the start of one.
  func freeLarge(_ object: UnsafeMutableRawPointer) -> Bool {
    let offset = object - memory.base
    guard (0..<memory.bytes).contains(offset) else { return false }
    return pages.withLock { pages in
      let frame = offset >> MachineMemory.pageShift
      guard memory.pages[frame].use == .large, memory.address(ofPage: frame) == object else { return false }
      pages.large.count -= 1
      pages.large.requestedBytes -= memory.pages[frame].largeBytes
      pages.large.blockBytes -= MachineMemory.pageBytes << Int(memory.pages[frame].order)
      pages.allocator.free(UInt32(frame))
      return true
    }
  }
}
