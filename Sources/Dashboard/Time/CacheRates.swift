import Telemetry

/// Figures of caches that need more than one snapshot: allocation rates and growth.
struct CacheRates: Sendable, Hashable {
  var allocations = RateHistory()
  var growth = GrowthHistory()

  /// Adds a snapshot, `seconds` after the previous one.
  mutating func add(_ snapshot: Snapshot, seconds: Double) {
    allocations.add(snapshot, seconds: seconds)
    growth.add(snapshot, seconds: seconds)
  }
}
