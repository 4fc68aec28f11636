package import Recordings

/// Synthetic workload: traffic that a scenario generates from parameters.
package struct Workload: Sendable {
  /// Name that selects the workload.
  package let name: String
  /// Description in one line.
  package let summary: String
  /// Units of the parameters `rate` (per second) and `flows`, in the plural, for example `packets` and `sockets`.
  package let unit: (rate: String, flows: String)
  /// Default parameters.
  package let defaults: TrafficParameters
  private let maker: @Sendable (TrafficParameters) -> any AllocationEventSource

  init<Scenario: TrafficScenario>(_ scenario: Scenario.Type) {
    (name, summary, unit, defaults) = (Scenario.name, Scenario.summary, Scenario.unit, Scenario.defaults)
    maker = { SyntheticWorkload<Scenario>($0) }
  }

  /// Creates the event source of the workload. The same parameters give the same events.
  package func make(_ parameters: TrafficParameters) -> any AllocationEventSource { maker(parameters) }
}
