/// Log of the unseen frees that a replay on the model of SLUB infers from companions, from kfree_rcu and from observations of the
/// kernel, for `UnseenFreeSchedule`.
struct InferredFrees {
  private struct Free {
    /// Number of the event at which the free was inferred.
    var event: Int
    var object: RCUFreeQueue.Entry
    /// Whether the event freed the companion of the object, so that the object is freed after the event.
    var isOfCompanion: Bool
  }

  private var frees: [Free] = []

  /// Adds the free of an object that is due before an event.
  mutating func add(_ object: RCUFreeQueue.Entry, before event: Int) {
    frees.append(Free(event: event, object: object, isOfCompanion: false))
  }

  /// Adds the free of an object whose companion an event frees.
  mutating func add(_ object: RCUFreeQueue.Entry, freedBy event: Int) {
    frees.append(Free(event: event, object: object, isOfCompanion: true))
  }

  /// Returns the entries of a schedule. Objects whose frees were inferred at the same event are freed before it, in the order of their
  /// allocation; the only object of an event that was freed with its companion is freed before the next event.
  consuming func entries() -> [UnseenFreeSchedule.Entry] {
    var entries: [UnseenFreeSchedule.Entry] = []
    entries.reserveCapacity(frees.count)
    var first = 0
    while first < frees.count {
      var end = first + 1
      while end < frees.count, frees[end].event == frees[first].event { end += 1 }
      let isAlone = end == first + 1
      for free in isAlone
        ? frees[first..<end] : frees[first..<end].sorted(by: { $0.object.serial < $1.object.serial })[...]
      {
        let event = isAlone && free.isOfCompanion ? free.event + 1 : free.event
        entries.append(UnseenFreeSchedule.Entry(event: event, slot: free.object.slot, serial: free.object.serial))
      }
      first = end
    }
    return entries
  }
}
