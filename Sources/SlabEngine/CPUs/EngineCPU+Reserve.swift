internal import Synchronization

extension EngineCPU {
  /// Reserves the next `count` allocations from a cache on this CPU, so that they cannot fail (the kernel's sheaf
  /// prefill), regardless of allocations on other CPUs and of frees on this one. A later call replaces the reservation;
  /// `reserve(0, from:)` cancels it.
  /// - Parameters:
  ///   - count: Number of allocations, at most 1,048,576.
  ///   - cache: The cache of the objects.
  /// - Returns: Whether the allocations are reserved. False, without a change of an earlier reservation, if memory is
  ///   exhausted, if `count` is larger than that, or if the cache was destroyed or has debug flags.
  /// - Complexity: O(count).
  public func reserve(_ count: Int, from cache: SlabCache) -> Bool {
    engine._withUnsafeGuaranteedRef { engine in
      guard cache.descriptor.pointee.isAlive.load(ordering: .relaxed), !cache.descriptor.pointee.hasDebugChecks,
        (0...CPUCache.largestReservation).contains(count)
      else {
        return false
      }
      let cpuCache = engine.cpuCache(ofCPU: state.pointee.index, cache: cache)
      prepareMagazines(cpuCache, cache, engine)
      if cpuCache.roundCount < count {
        cpuCache.ensureRoom(for: count)
        // The previous magazine keeps its objects; the loaded one gets the rest.
        while cpuCache.roundCount < count {
          let rounds = cpuCache.rounds
          let taken = engine.removeObjects(
            count - cpuCache.roundCount, into: cpuCache.slots! + rounds, from: cache, cpu: state.pointee.index)
          guard taken > 0 else {
            cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
            return false
          }
          cpuCache.rounds = rounds + taken
        }
      }
      cpuCache.reserveRounds(count)
      return true
    }
  }
}
