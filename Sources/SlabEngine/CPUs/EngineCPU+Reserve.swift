internal import Synchronization

extension EngineCPU {
  /// Sees to it that the next `count` allocations from a cache on this CPU cannot fail (the kernel's sheaf prefill),
  /// whatever other CPUs take meanwhile, and however many objects are freed here in between. A later call replaces an
  /// earlier one; what is left of a reservation ends with `reserve(0, from:)`.
  /// - Returns: false, and an earlier reservation stands, when memory does not suffice, or the cache has debug flags.
  /// - Complexity: O(count).
  public func reserve(_ count: Int, from cache: SlabCache) -> Bool {
    engine._withUnsafeGuaranteedRef { engine in
      guard cache.descriptor.pointee.isAlive.load(ordering: .relaxed), !cache.descriptor.pointee.isInspected else {
        return false
      }
      let line = line(cache.index)
      settle(line, cache, engine)
      if line.heldRounds < count {
        line.ensureRoom(for: count)
        // The previous magazine keeps what it has; the loaded one takes the rest.
        let slots = line.magazines.pointee.slots!
        while line.heldRounds < count {
          let rounds = line.counters.pointee.rounds.load(ordering: .relaxed)
          let taken = engine.takeOut(
            count - line.heldRounds, into: slots + rounds, from: cache, cpu: state.pointee.index)
          guard taken > 0 else {
            cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
            return false
          }
          line.counters.pointee.rounds.store(rounds + taken, ordering: .relaxed)
        }
      }
      line.magazines.pointee.reservedUntil = line.counters.pointee.allocations.load(ordering: .relaxed) + count
      return true
    }
  }
}
