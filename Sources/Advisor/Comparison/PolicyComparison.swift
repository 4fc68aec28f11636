package import Recordings
import Foundation
import Synchronization
package import Workloads

/// Comparison of policies by replay of the same events, for each combination of machine memory and memory pressure.
///
/// All figures except times are reproducible: each run has its own engine, which one thread plays.
package struct PolicyComparison: Sendable, Encodable {
  /// Name of the workload or recording.
  package let input: String
  /// Number of events played.
  package let events: Int
  /// Runs, ordered by machine memory, then by memory pressure, then by policy as given.
  package private(set) var policies: [ComparedRun]
  /// Contention of the locks of pools; nil if it was not measured.
  package var contention: ContentionComparison?

  /// Plays all runs, in parallel on all processors.
  /// - Parameters:
  ///   - source: Source of the events, which each run plays from the beginning.
  ///   - events: Maximum number of events of a run.
  ///   - policies: Policies to compare.
  ///   - memory: Sizes of machine memory in bytes.
  ///   - pressure: Memory pressures in percent.
  ///   - start: State of the caches before the first event; nil for an empty machine.
  ///   - progress: Called repeatedly, on any thread, with the number of events played in all runs so far and the number of
  ///     events to play.
  /// - Throws: The first error of a run, in the order of the runs.
  package init(
    of source: any AllocationEventSource, events: Int, policies: [Policy], memory: [Int], pressure: [Int],
    start: ReplayStart? = nil, progress: @Sendable (Int, Int) -> Void
  ) throws {
    let settings = memory.flatMap { memory in
      pressure.flatMap { pressure in policies.map { (policy: $0, memory: memory, pressure: pressure) } }
    }
    let done = Atomic(0)
    let results = Mutex([Int: Result<ComparedRun, any Error>]())
    DispatchQueue.concurrentPerform(iterations: settings.count) { index in
      let setting = settings[index]
      let result = Result {
        try ComparedRun(
          source, events: events, policy: setting.policy, memoryBytes: setting.memory, pressure: setting.pressure,
          start: start
        ) { played in
          progress(done.add(played, ordering: .relaxed).newValue, events * settings.count)
        }
      }
      results.withLock { $0[index] = result }
    }
    input = source.name
    self.policies = try results.withLock { results in try settings.indices.map { try results[$0]!.get() } }
    self.events = self.policies.map(\.events).max() ?? 0
  }
}
