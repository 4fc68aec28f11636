import Recordings

/// Frees that a recording does not report, found ahead by a replay on the model of SLUB: so that the same objects are live
/// at the same event under every policy.
///
/// The model finds them by the object's companion, by kfree_rcu's queue, and by reconciliation with the kernel's counts of
/// active objects. Objects whose address is allocated again are not listed: each player finds those itself.
struct UnseenFreeSchedule: Sendable {
  /// The free of an object.
  struct Entry: Sendable {
    /// Number of the event before which the object is freed, from 0.
    var event: Int
    /// The object's slot.
    var slot: UInt32
    /// Number of the object's allocation.
    var serial: UInt32
  }

  /// In the order of events.
  private(set) var entries: [Entry] = []

  /// Replays a source that ends. Of a source that has no unseen frees there is nothing to replay.
  /// - Throws: what the source throws, and `EngineError` if the memory is out of range.
  /// - Complexity: O(events + observations x objects whose frees are not reported).
  init(
    _ source: any AllocationEventSource, unseenFrees: UnseenFrees, memoryBytes: Int, start: StartingState?,
    observations: [KernelObservation], seed: UInt64
  ) throws {
    guard unseenFrees.count > 0 else { return }
    var model = try SLUBPlayer(
      source, memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
    var live: [Entry] = []
    while try !model.isAtEnd() {
      let (allocations, before) = (model.progress.allocations, model.unseenFrees)
      guard try model.play(upTo: 1) == 1, let event = model.lastEvent else { break }
      let number = model.progress.events - 1
      let now = model.unseenFrees
      let found = now.byPair - before.byPair + now.byReconciliation - before.byReconciliation
      if found > 0 {
        if found == 1, let companion = model.companionFreed(by: event) {
          // With the companion's free, hence before the next event.
          entries.append(Entry(event: number + 1, slot: companion.slot, serial: companion.serial))
        } else {
          live.removeAll { object in
            guard !model.slotHolds(object.slot, object.serial) else { return false }
            entries.append(Entry(event: number, slot: object.slot, serial: object.serial))
            return true
          }
        }
      }
      if model.progress.allocations > allocations, unseenFrees.contains(allocations) {
        live.append(Entry(event: number, slot: event.slot, serial: UInt32(truncatingIfNeeded: allocations)))
      }
    }
  }
}

extension SLUBPlayer {
  /// The object that the free of its companion has just ended; nil if the event ended none, or kfree_rcu keeps it.
  fileprivate func companionFreed(by event: AllocationEvent) -> (slot: UInt32, serial: UInt32)? {
    guard event.outcome == .freed, Int(event.slot) < slots.count else { return nil }
    let (partner, serial) = (slots[Int(event.slot)].partner, slots[Int(event.slot)].partnerSerial)
    guard partner != SLUBSlot.none, slots[Int(partner)].serial == serial, !slots[Int(partner)].isFreedByRCU else {
      return nil
    }
    return slots[Int(partner)].slab < 0 ? (partner, serial) : nil
  }
}
