public import Recordings

/// The synthetic workloads, by name.
public enum WorkloadCatalog {
  /// What there is to know of a workload.
  public struct Entry: Sendable {
    /// What it is called.
    public let name: String
    /// One line that says what it is.
    public let summary: String
    /// What `rate` counts, and what `flows` are.
    public let unit: (rate: String, flows: String)
    /// What is set unless someone says otherwise.
    public let defaults: TrafficParameters
    fileprivate let maker: @Sendable (TrafficParameters) -> any AllocationEventSource

    fileprivate init<Scenario: TrafficScenario>(_ scenario: Scenario.Type) {
      (name, summary, unit, defaults) = (Scenario.name, Scenario.summary, Scenario.unit, Scenario.defaults)
      maker = { SyntheticWorkload<Scenario>($0) }
    }

    /// The workload at its start. The same parameters give the same events.
    public func make(_ parameters: TrafficParameters) -> any AllocationEventSource { maker(parameters) }
  }

  /// Every workload, in the order of their hotkeys, 1 to 9 and 0.
  public static let entries = [
    Entry(ImixScenario.self), Entry(WebScenario.self), Entry(BulkScenario.self), Entry(DNSScenario.self),
    Entry(JumboScenario.self), Entry(BurstScenario.self), Entry(ChurnScenario.self), Entry(RouterScenario.self),
    Entry(SynFloodScenario.self), Entry(MixScenario.self),
  ]

  /// Their names.
  public static var names: [String] { entries.map(\.name) }

  /// The workload of this name.
  /// - Throws: `UnknownName`, which lists those there are.
  public static func entry(_ name: String) throws(UnknownName) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "workload", name: name, known: names)
    }
    return entry
  }

  /// A workload at its start, with nothing but its seed set.
  /// - Throws: `UnknownName`, which lists those there are.
  public static func make(_ name: String, seed: UInt64) throws(UnknownName) -> any AllocationEventSource {
    let entry = try entry(name)
    var parameters = entry.defaults
    parameters.seed = seed
    return entry.make(parameters)
  }
}
