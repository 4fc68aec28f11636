package import Recordings

/// Facts about all events of a source that a player needs before the first event. Players of the same source share them, so that the
/// source is read once for all of them.
package struct SourceFacts: Sendable {
  /// The allocations without a free.
  package let unseenFrees: UnseenFrees
  /// The requested bytes of kmalloc requests.
  package let sizes: RequestSizes
  /// The events before which unseen frees are done; nil if each player on the engine is to compute it.
  package var schedule: UnseenFreeSchedule?

  /// Reads a source, without computing the schedule.
  /// - Throws: the errors of the source.
  /// - Complexity: O(events) of a recording.
  package init(of source: any AllocationEventSource) throws {
    unseenFrees = try source.unseenFrees()
    sizes = try RequestSizes(of: source)
  }

  /// Returns these facts with the schedule of unseen frees for players on the engine with the same memory, starting state and observations.
  /// - Throws: the errors of the source, and `EngineError` if the memory is out of range.
  package func scheduled(
    _ source: any AllocationEventSource, memoryBytes: Int, start: StartingState? = nil,
    observations: [KernelObservation] = [], seed: UInt64 = 0
  ) throws -> SourceFacts {
    var facts = self
    facts.schedule = try UnseenFreeSchedule(
      source, self, memoryBytes: memoryBytes, start: start, observations: observations, seed: seed)
    return facts
  }
}
