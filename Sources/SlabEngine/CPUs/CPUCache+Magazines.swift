internal import Synchronization

/// A line's magazines change size.
extension CPUCache {
  /// Gives the line two magazines with room for `limit` objects each, keeping what they hold. Where they hold more, they
  /// keep their size.
  func ensureRoom(for limit: Int) {
    magazines.pointee.slots = CPUCache.roomier(
      magazines.pointee.slots, limit: limit, rounds: counters.pointee.rounds.load(ordering: .relaxed))
    magazines.pointee.previousSlots = CPUCache.roomier(
      magazines.pointee.previousSlots, limit: limit, rounds: counters.pointee.previousRounds.load(ordering: .relaxed))
  }

  /// Puts an object into the loaded magazine, which has room.
  func append(_ object: UnsafeMutableRawPointer) {
    let rounds = counters.pointee.rounds.load(ordering: .relaxed)
    assert(rounds < Magazine.owning(magazines.pointee.slots!).pointee.limit, "a magazine with room was just loaded")
    magazines.pointee.slots![rounds] = object
    counters.pointee.rounds.store(rounds + 1, ordering: .relaxed)
  }

  private static func roomier(_ slots: Magazine.Slots?, limit: Int, rounds: Int) -> Magazine.Slots {
    if let slots, Magazine.owning(slots).pointee.limit >= limit { return slots }
    let roomier = Magazine.slots(of: Magazine.make(limit: limit))
    if let slots {
      roomier.update(from: slots, count: rounds)
      Magazine.owning(slots).deallocate()
    }
    return roomier
  }
}
