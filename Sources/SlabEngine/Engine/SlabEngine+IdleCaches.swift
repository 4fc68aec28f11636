internal import Synchronization

/// Reclaim of free objects before memory grows: a burst leaves free objects in the magazines and the depot of a cache, and
/// these keep slabs that another cache could use.
///
/// Each time a pool is about to add a slab, one cache is examined, all caches in turn. If no CPU has exchanged a magazine of
/// it since the last turn, its depot is drained, whichever CPUs filled it (the second-chance or "clock" algorithm, Corbato
/// 1968). A workload that needs no more slabs than it has pays nothing.
extension SlabEngine {
  /// Examines the next cache: returns its free objects to their slabs and its empty slabs to the page allocator if it was not
  /// used since it was last examined.
  /// - Parameters:
  ///   - cpu: The CPU that the calling thread drives. The magazines of other CPUs are left alone.
  ///   - growing: The cache for which the pool grows. It is never drained, because the caller is filling its magazines.
  /// - Complexity: O(1), plus O(objects returned) if the cache was idle.
  func drainNextIdleCache(cpu: Int, growing: SlabCache) {
    // The lock is busy if another thread examines a cache, or if a fault handler allocates further down this call stack.
    idleHand.withLockIfFree { hand in
      hand += 1
      guard let cache = table.cache(at: hand) else {
        hand = -1
        return
      }
      let descriptor = cache.descriptor
      // A cache with debug checks has no magazines.
      guard
        hand != growing.index, descriptor.pointee.isAlive.load(ordering: .relaxed), !descriptor.pointee.hasDebugChecks
      else { return }
      guard !descriptor.pointee.wasUsed.load(ordering: .relaxed) else {
        descriptor.pointee.wasUsed.store(false, ordering: .relaxed)
        return
      }
      let pool = pool(of: cache)
      self.cpu(cpu).drainIfLarge(cache, stride: pool.inspect(\.geometry.stride), self)
      drainDepot(of: cache)
      if pool.inspect({ $0.emptySlabs > $0.protectedSlabs }) { releaseEmptySlabs(of: pool, keeping: .protected) }
    }
  }
}
