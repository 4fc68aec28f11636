/// Behaviour of a synthetic workload. `SyntheticWorkload` makes an event source of it.
protocol TrafficScenario: Sendable {
  static var name: String { get }
  /// Description in one line, for lists of workloads.
  static var summary: String { get }
  /// Units of the parameters `rate` (per second) and `flows`, in the plural, for example `packets` and `sockets`.
  static var unit: (rate: String, flows: String) { get }
  static var defaults: TrafficParameters { get }
  /// Caches whose owners can move their objects.
  static var movableCaches: [NetworkCache] { get }
  /// Bytes of machine memory that the default parameters are chosen for; nil if any size that suffices will do.
  static var memoryBytes: Int? { get }
  /// Creates the initial state: no packets, and a random sequence that depends only on the seed.
  init(_ parameters: TrafficParameters)
  /// Simulates a short interval. A few steps write at least one event.
  mutating func step(_ stack: inout NetworkStack)
}

extension TrafficScenario {
  static var movableCaches: [NetworkCache] { [] }
  static var memoryBytes: Int? { nil }
}
