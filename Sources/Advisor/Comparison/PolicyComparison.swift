import Dispatch
package import Recordings
import Synchronization
package import Workloads

/// Comparison of policies by replay of the same events, for each combination of machine memory and memory pressure.
///
/// All figures except times are reproducible: each run has its own engine, which one thread plays. Runs at the same time share the
/// decoding of the events.
package struct PolicyComparison: Sendable, Encodable {
  /// Name of the workload or recording.
  package let input: String
  /// Number of events played.
  package let events: Int
  /// Runs, ordered by machine memory, then by memory pressure, then by policy as given.
  package private(set) var policies: [ComparedRun]
  /// Contention of the locks of pools; nil if it was not measured.
  package var contention: ContentionComparison?

  /// Plays all runs, several at the same time.
  /// - Parameters:
  ///   - source: Source of the events, which each run plays from the beginning.
  ///   - events: Maximum number of events of a run.
  ///   - policies: Policies to compare.
  ///   - memory: Sizes of machine memory in bytes.
  ///   - pressure: Memory pressures in percent.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - verification: Objects whose contents are verified.
  ///   - progress: Called repeatedly, on any thread, with the number of events played in all runs so far and the number of
  ///     events to play.
  /// - Throws: The first error of a run, in the order of the runs.
  package init(
    of source: any AllocationEventSource, events: Int, policies: [Policy], memory: [Int], pressure: [Int],
    start: ReplayStart? = nil, verification: ContentVerification = .sampled,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws {
    let settings = memory.flatMap { memory in
      pressure.flatMap { pressure in policies.map { (policy: $0, memory: memory, pressure: pressure) } }
    }
    let facts = try PolicyComparison.facts(of: source, policies: policies, memory: memory, start: start)
    let done = EventCounter()
    self.policies = try SharedReplays.map(settings, of: source) { setting, shared in
      try ComparedRun(
        shared, events: events, policy: setting.policy, memoryBytes: setting.memory, pressure: setting.pressure,
        start: start, verification: verification, facts: facts[setting.memory]
      ) { played in
        progress(done.add(played), events * settings.count)
      }
    }
    input = source.name
    self.events = self.policies.map(\.events).max() ?? 0
  }

  /// Returns the facts about a source that the runs with each machine memory share.
  private static func facts(
    of source: any AllocationEventSource, policies: [Policy], memory: [Int], start: ReplayStart?
  ) throws -> [Int: SourceFacts] {
    let facts = try SourceFacts(of: source)
    // The model of SLUB finds the unseen frees while it replays, so that its runs need no schedule.
    guard policies.contains(where: { $0.slub == nil }) else {
      return Dictionary(memory.map { ($0, facts) }, uniquingKeysWith: { first, _ in first })
    }
    let sizes = Set(memory).sorted()
    let scheduled = try Concurrently.map(sizes) { bytes in
      try facts.scheduled(
        source, memoryBytes: bytes, start: start?.state, observations: start?.observations ?? [])
    }
    return Dictionary(uniqueKeysWithValues: zip(sizes, scheduled))
  }
}

/// Counter of the events that all runs have played.
private final class EventCounter: Sendable {
  private let count = Atomic(0)

  /// Adds events and returns the new count.
  func add(_ events: Int) -> Int { count.add(events, ordering: .relaxed).newValue }
}
