import TextOutput

/// Plan of a sweep: the inputs, policies, machines and seeds whose combinations are replayed. A TOML file describes it.
package struct SweepPlan: Sendable, Hashable {
  /// Number of events, or of seconds on the clock of the source, that a replay is limited to.
  package enum Limit: Sendable, Hashable {
    case events(Int)
    case seconds(Double)
  }

  /// Name of the plan, for titles and for the names of jobs.
  package var name: String
  /// Path of the file.
  package var file: String
  /// Recordings and workloads, as the file names them.
  package var inputs: [String]
  /// Presets and policy files, as the file names them.
  package var policies: [String]
  /// Machine memory in bytes; empty if each input determines its own.
  package var memoryBytes: [Int] = []
  /// Memory pressure in percent of the machine's memory.
  package var pressures = [0]
  /// Seeds of the workloads, and of the random choices of a replay.
  package var seeds: [UInt64] = [1]
  /// Limit of a replay; nil for all events of a recording and 1,000,000 events of a workload.
  package var limit: Limit?
  /// Whether the replay of a recording starts with empty caches.
  package var startsEmpty = false
  /// Lines of the keys in the file, for errors that are found later.
  var lines: [String: Int] = [:]

  /// Largest number of cells of a plan.
  package static let maximumCells = 1_000_000

  /// Number of combinations.
  package var cellCount: Int {
    inputs.count * policies.count * max(1, memoryBytes.count) * pressures.count * seeds.count
  }

  /// Returns the path of a file that the plan names: a relative one is relative to the folder of the plan. A name without a
  /// point and without a slash is not a file.
  package func path(of entry: String) -> String {
    guard entry.contains(".") || entry.contains("/"), !entry.hasPrefix("/") else { return entry }
    let folder = file.deletingLastPathComponent
    return folder.isEmpty ? entry : folder.appendingPathComponent(entry)
  }
}
