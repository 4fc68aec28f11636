public import Recordings
import Foundation
import Synchronization
public import Workloads

/// The same events under several policies, on machines of several sizes, under several pressures: what each would buy.
///
/// Everything but the time is the same each time it is run: each setting has an engine of its own, and one thread plays it.
public struct PolicyComparison: Sendable, Encodable {
  /// What was played.
  public let input: String
  /// Events of it.
  public let events: Int
  /// A run for each setting: policies in the order given, within each memory and pressure.
  public private(set) var policies: [ComparedRun]
  /// What threads wait for each other; nil unless it was measured.
  public var contention: ContentionComparison?

  /// Plays on as many threads as there are processors.
  /// - Parameters:
  ///   - source: what is played, by each run from its start.
  ///   - events: how many of its events, if it has so many.
  ///   - start: what the caches held before the first event, under every policy; nil for an empty machine.
  ///   - progress: told how many runs of all are done; called on any thread.
  /// - Throws: the first error of a run, in the order of the settings.
  public init(
    of source: any AllocationEventSource, events: Int, policies: [Policy], memory: [Int], pressure: [Int],
    start: ReplayStart? = nil, progress: @Sendable (Int, Int) -> Void
  ) throws {
    let settings = memory.flatMap { memory in
      pressure.flatMap { pressure in policies.map { (policy: $0, memory: memory, pressure: pressure) } }
    }
    let results = Mutex([Int: Result<ComparedRun, any Error>]())
    DispatchQueue.concurrentPerform(iterations: settings.count) { index in
      let setting = settings[index]
      let result = Result {
        try ComparedRun(
          source, events: events, policy: setting.policy, memoryBytes: setting.memory, pressure: setting.pressure,
          start: start)
      }
      let done = results.withLock { results in
        results[index] = result
        return results.count
      }
      progress(done, settings.count)
    }
    input = source.name
    self.policies = try results.withLock { results in try settings.indices.map { try results[$0]!.get() } }
    self.events = self.policies.map(\.events).max() ?? 0
  }
}
