internal import Synchronization

extension EngineCPU {
  /// Reserves the next `count` allocations from a cache on this CPU, so that they cannot fail (the kernel's sheaf
  /// prefill), regardless of allocations on other CPUs and of frees on this one. A later call replaces the reservation;
  /// `reserve(0, from:)` cancels it.
  /// - Returns: Whether the allocations are reserved. False, without a change of an earlier reservation, if memory is
  ///   exhausted, or if the cache was destroyed or has debug flags.
  /// - Complexity: O(count).
  public func reserve(_ count: Int, from cache: SlabCache) -> Bool {
    engine._withUnsafeGuaranteedRef { engine in
      guard cache.descriptor.pointee.isAlive.load(ordering: .relaxed), !cache.descriptor.pointee.hasDebugChecks else {
        return false
      }
      let cpuCache = cpuCache(cache.index)
      prepareMagazines(cpuCache, cache, engine)
      if cpuCache.roundCount < count {
        cpuCache.ensureRoom(for: count)
        // The previous magazine keeps its objects; the loaded one gets the rest.
        let slots = cpuCache.magazines.pointee.slots!
        while cpuCache.roundCount < count {
          let rounds = cpuCache.counters.pointee.rounds.load(ordering: .relaxed)
          let taken = engine.removeObjects(
            count - cpuCache.roundCount, into: slots + rounds, from: cache, cpu: state.pointee.index)
          guard taken > 0 else {
            cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
            return false
          }
          cpuCache.counters.pointee.rounds.store(rounds + taken, ordering: .relaxed)
        }
      }
      cpuCache.magazines.pointee.reservedUntil = cpuCache.counters.pointee.allocations.load(ordering: .relaxed) + count
      return true
    }
  }
}
