internal import Synchronization

/// Growth of a per-CPU cache's magazines.
extension CPUCache {
  /// Ensures that both magazines have room for at least `limit` objects each, and keeps their objects. A larger
  /// magazine is not changed.
  func ensureRoom(for limit: Int) {
    magazines.pointee.slots = CPUCache.enlarged(
      magazines.pointee.slots, limit: limit, rounds: counters.pointee.rounds.load(ordering: .relaxed))
    magazines.pointee.previousSlots = CPUCache.enlarged(
      magazines.pointee.previousSlots, limit: limit, rounds: counters.pointee.previousRounds.load(ordering: .relaxed))
  }

  /// Adds an object to the loaded magazine, which must have room.
  func append(_ object: UnsafeMutableRawPointer) {
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    assert(rounds < Magazine.header(of: magazines.pointee.slots!).pointee.limit, "a magazine with room was just loaded")
    magazines.pointee.slots![rounds] = object
    counters.pointee.rounds.store(rounds + 1, ordering: .relaxed)
  }

  private static func enlarged(_ slots: Magazine.Slots?, limit: Int, rounds: Int) -> Magazine.Slots {
    if let slots, Magazine.header(of: slots).pointee.limit >= limit { return slots }
    let enlarged = Magazine.slots(of: Magazine.make(limit: limit))
    if let slots {
      enlarged.update(from: slots, count: rounds)
      Magazine.header(of: slots).deallocate()
    }
    return enlarged
  }
}
