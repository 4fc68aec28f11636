public import Recordings

/// Synthetic workload: traffic that a scenario generates from parameters.
public struct Workload: Sendable {
  /// Name that selects the workload.
  public let name: String
  /// Description in one line.
  public let summary: String
  /// Units of the parameters `rate` (per second) and `flows`, in the plural, for example `packets` and `sockets`.
  public let unit: (rate: String, flows: String)
  /// Default parameters.
  public let defaults: TrafficParameters
  private let maker: @Sendable (TrafficParameters) -> any AllocationEventSource

  init<Scenario: TrafficScenario>(_ scenario: Scenario.Type) {
    (name, summary, unit, defaults) = (Scenario.name, Scenario.summary, Scenario.unit, Scenario.defaults)
    maker = { SyntheticWorkload<Scenario>($0) }
  }

  /// Creates the event source of the workload. The same parameters give the same events.
  public func make(_ parameters: TrafficParameters) -> any AllocationEventSource { maker(parameters) }
}
