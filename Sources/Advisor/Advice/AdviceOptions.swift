package import Workloads

/// Parameters of the advisor.
package struct AdviceOptions: Sendable, Hashable {
  /// Live objects that slab memory is minimised for.
  package enum Objective: String, Sendable, Hashable, CaseIterable {
    /// The objects that are live when most bytes are requested.
    case peak
    /// The average number of live objects over time.
    case mean
  }

  /// Largest number of classes; nil chooses the number at the knee of the curve.
  package var classes: Int?
  /// Whether every power of two up to the largest request stays a class.
  package var keepsPowersOfTwo = false
  /// Page orders that slabs may have.
  package var orders = 0...3
  /// Live objects that slab memory is minimised for.
  package var objective = Objective.peak
  /// Bytes of machine memory of the replays; nil for 1 GiB and room for the slabs of the recorded kernel.
  package var memoryBytes: Int?
  /// Policy whose sizes and page orders are replaced; its other settings are kept.
  package var base = Policy.linux
  /// Whether replays begin on an empty machine instead of with the slabs of the recorded kernel.
  package var isCold = false
  /// Objects whose contents the replays verify.
  package var verification = ContentVerification.sampled

  /// Largest number of events on which policies other than the base and the advised one are compared by replay. Of a longer source
  /// the events around the peak of requested bytes are replayed.
  package var comparedEvents = 2_000_000

  /// The default parameters: the policy of Linux, for the peak.
  package init() {}

  /// Bytes of machine memory of a replay.
  func memory(for start: ReplayStart?) -> Int { memoryBytes ?? (1 << 30) + 2 * (start?.slabBytes ?? 0) }
}
