package import Advisor
package import Recordings

/// Recording or workload that a sweep replays.
package struct SweepInput: Sendable {
  /// Hash of the bytes of a recording, or of the parameters of a workload without their seed.
  package var contentHash: ContentHash
  /// Number of events of a recording; nil for a workload, which has no end.
  package var eventCount: Int?
  /// State of the caches before the first event; nil for an empty machine.
  package var start: ReplayStart?
  /// Returns the source of the events. Only a workload depends on the seed.
  package var makeSource: @Sendable (_ seed: UInt64) -> any AllocationEventSource

  /// Number of events of a workload that are played if the plan has no limit.
  package static let defaultCountOfWorkload = 1_000_000

  /// Creates an input from its parts.
  /// - Parameters:
  ///   - contentHash: Hash of its content.
  ///   - eventCount: Number of events of a recording; nil for a workload.
  ///   - start: State of the caches before the first event.
  ///   - makeSource: Returns the source of the events for a seed.
  package init(
    contentHash: ContentHash, eventCount: Int?, start: ReplayStart?,
    makeSource: @escaping @Sendable (_ seed: UInt64) -> any AllocationEventSource
  ) {
    (self.contentHash, self.eventCount, self.start, self.makeSource) = (contentHash, eventCount, start, makeSource)
  }

  /// Machine memory in bytes if the plan names none: that of the workload, or else room for the kernel's slabs at the start and
  /// 64 MiB more, as in `slabscope compare`.
  var defaultMemoryBytes: Int { makeSource(1).memoryBytes ?? (64 << 20 + (start?.slabBytes ?? 0)) }
}
