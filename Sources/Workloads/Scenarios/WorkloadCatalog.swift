public import Recordings

/// Catalogue of the synthetic workloads.
public enum WorkloadCatalog {
  /// Synthetic workload.
  public struct Entry: Sendable {
    /// Name that selects the workload.
    public let name: String
    /// Description in one line.
    public let summary: String
    /// Units of the parameters `rate` (per second) and `flows`, in the plural, for example `packets` and `sockets`.
    public let unit: (rate: String, flows: String)
    /// Default parameters.
    public let defaults: TrafficParameters
    fileprivate let maker: @Sendable (TrafficParameters) -> any AllocationEventSource

    fileprivate init<Scenario: TrafficScenario>(_ scenario: Scenario.Type) {
      (name, summary, unit, defaults) = (Scenario.name, Scenario.summary, Scenario.unit, Scenario.defaults)
      maker = { SyntheticWorkload<Scenario>($0) }
    }

    /// Creates the event source of the workload. The same parameters give the same events.
    public func make(_ parameters: TrafficParameters) -> any AllocationEventSource { maker(parameters) }
  }

  /// All workloads, in the order of their keys in the dashboard: 1 to 9, and 0.
  public static let entries = [
    Entry(ImixScenario.self), Entry(WebScenario.self), Entry(BulkScenario.self), Entry(DNSScenario.self),
    Entry(JumboScenario.self), Entry(BurstScenario.self), Entry(ChurnScenario.self), Entry(RouterScenario.self),
    Entry(SynFloodScenario.self), Entry(MixScenario.self),
  ]

  /// Names of all workloads.
  public static var names: [String] { entries.map(\.name) }

  /// Returns the workload called `name`.
  /// - Throws: `UnknownName`, which lists the known names.
  public static func entry(_ name: String) throws(UnknownName) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "workload", name: name, known: names)
    }
    return entry
  }

  /// Creates the event source of a workload with its default parameters and the given seed.
  /// - Throws: `UnknownName`, which lists the known names.
  public static func make(_ name: String, seed: UInt64) throws(UnknownName) -> any AllocationEventSource {
    let entry = try entry(name)
    var parameters = entry.defaults
    parameters.seed = seed
    return entry.make(parameters)
  }
}
