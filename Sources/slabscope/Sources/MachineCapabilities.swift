import Telemetry
import Workloads

/// A source that plays the same events under a second policy, without writing to the objects.
protocol ComparisonControl: AnyObject {
  /// The machine of the second policy, at the same event; nil until it has caught up.
  var comparedSnapshot: Snapshot? { get }
  /// The reason why there is no `comparedSnapshot`; nil if there is one, or if no policy is compared.
  var comparisonNotice: String? { get }
  /// Compares with a policy from now on; nil ends the comparison.
  func compare(with policy: Policy?)
}

/// A source whose machine can be put under memory pressure.
protocol MemoryPressureControl: AnyObject {
  var pressure: MemoryPressure { get }
  /// Puts the machine, and the one that it is compared with, under this pressure.
  func setPressure(_ pressure: MemoryPressure)
}

/// A source whose slabs can be shuffled.
protocol ShufflingControl: AnyObject {
  var isShuffling: Bool { get }
  /// Starts shuffling with the policy's budget, or stops it.
  func setShuffling(_ isShuffling: Bool)
}
