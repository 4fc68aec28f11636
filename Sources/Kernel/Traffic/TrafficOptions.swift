/// Options of watching the running kernel's traffic.
package struct TrafficOptions: Sendable, Hashable {
  /// Whether call stacks are recorded, not only call sites.
  package var recordsStacks = false
  /// Largest share of the time of all CPUs that the programs may take, in percent. If they take more, fewer objects are followed.
  package var maximumOverheadPercent = 5.0
  /// One object in this number is followed: 1, 4, 16 or 64; nil chooses the number by the rate of events.
  package var sampling: Int?

  /// Creates the options of a watch that chooses the sampling itself.
  package init() {}
}
