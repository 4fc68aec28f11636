/// What one synthetic workload does; `SyntheticWorkload` makes an event source of it.
protocol TrafficScenario: Sendable {
  static var name: String { get }
  /// One line, for pickers.
  static var summary: String { get }
  /// What `rate` counts, e.g. `packets`, and what `flows` are.
  static var unit: (rate: String, flows: String) { get }
  static var defaults: TrafficParameters { get }
  /// At the start: nothing queued, the same random sequence for the same seed.
  init(_ parameters: TrafficParameters)
  /// Lets a little happen: at least one event over a few steps.
  mutating func step(_ stack: inout NetworkStack)
}
