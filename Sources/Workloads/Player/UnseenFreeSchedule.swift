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
  /// - Parameters:
  ///   - source: the source of the events.
  ///   - facts: the facts about the source.
  ///   - memoryBytes: machine memory in bytes.
  ///   - start: the kernel's caches before the first event; nil for an empty machine.
  ///   - observations: the kernel's counts of active objects during the recording.
  ///   - seed: seed of the model's random choices.
  /// - Throws: the errors of the source, and `EngineError` if the memory is out of range.
  /// - Complexity: O(events + n x log(n)) for n inferred frees.
  package init(
    _ source: any AllocationEventSource, _ facts: SourceFacts, memoryBytes: Int, start: StartingState?,
    observations: [KernelObservation], seed: UInt64
  ) throws {
    guard facts.unseenFrees.count > 0 else { return }
    // A copy of a reader of shared events takes the events of the reader; after `rewind()` it reads the source itself.
    var source = source
    source.rewind()
    var model = try SLUBPlayer(
      source, facts, memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
    model.inferredFrees = InferredFrees()
    while try !model.isAtEnd() {
      if try model.play(upTo: .max) == 0 { break }
    }
    entries = model.inferredFrees?.entries() ?? []
    updateNextEvent()
  }
}
