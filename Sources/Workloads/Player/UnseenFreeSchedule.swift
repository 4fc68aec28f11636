package import Recordings

/// Unseen frees of a recording, with the events before which they are done. The schedule is computed by a replay on the model of SLUB
/// before playing, so that the same objects are live at the same event under every policy.
///
/// The model infers unseen frees from the free of an object's companion, from the queue of kfree_rcu, and from the kernel's counts of
/// active objects. A free that shows when the address is allocated again is not in the schedule, because each player finds it.
package struct UnseenFreeSchedule: Sendable {
  /// The free of an object.
  struct Entry: Sendable {
    /// Number of the event before which the object is freed, from 0.
    var event: Int
    /// The slot of the object.
    var slot: UInt32
    /// Number of the object's allocation.
    var serial: UInt32
  }

  /// All frees, in the order of events.
  private(set) var entries: [Entry] = []
  /// Number of frees that are done in this loop.
  private var done = 0
  /// Number of the event in this loop before which the next free is due; `Int.max` if no free is left.
  private(set) var nextEvent = Int.max

  /// Removes the next free that is due before an event from the schedule of this loop.
  /// - Returns: the free; nil if none is due.
  mutating func removeNext(before event: Int) -> Entry? {
    guard nextEvent <= event else { return nil }
    defer {
      done += 1
      updateNextEvent()
    }
    return entries[done]
  }

  /// Starts a loop, in which all frees are due again.
  mutating func rewind() {
    done = 0
    updateNextEvent()
  }

  private mutating func updateNextEvent() { nextEvent = done < entries.count ? entries[done].event : .max }

  /// Replays a source once. A source without unseen frees is not replayed. Players of the same source, memory, starting state and
  /// observations can share the schedule, whatever their policies.
  /// - Throws: the errors of the source, and `EngineError` if the memory is out of range.
  /// - Complexity: O(events + observations x objects whose frees are not reported).
  package init(
    _ source: any AllocationEventSource, unseenFrees: UnseenFrees, memoryBytes: Int, start: StartingState?,
    observations: [KernelObservation], seed: UInt64
  ) throws {
    guard unseenFrees.count > 0 else { return }
    defer { updateNextEvent() }
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
          // The object is freed with its companion, hence before the next event.
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
  /// Returns the object that was freed together with the object of an event, its companion; nil if there is none, or if the object waits
  /// for kfree_rcu.
  fileprivate func companionFreed(by event: AllocationEvent) -> (slot: UInt32, serial: UInt32)? {
    guard event.outcome == .freed, Int(event.slot) < slots.count else { return nil }
    let (partner, serial) = (slots[Int(event.slot)].partner, slots[Int(event.slot)].partnerSerial)
    guard partner != SLUBSlot.none, slots[Int(partner)].serial == serial, !slots[Int(partner)].isFreedByRCU else {
      return nil
    }
    return slots[Int(partner)].slab < 0 ? (partner, serial) : nil
  }
}
