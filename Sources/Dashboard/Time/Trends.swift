import Telemetry

/// Rates, curves and events derived from the snapshots up to a given time.
struct Trends: Sendable {
  var cacheRates = CacheRates()
  var slabMemory = SlabMemoryHistory()
  var ledgers = LedgerHistory()
  var events = MachineEvents()

  /// Adds a snapshot and that of the compared policy (nil if there is none), `seconds` after the previous ones.
  mutating func add(_ snapshot: Snapshot, _ compared: Snapshot?, seconds: Double) {
    cacheRates.add(snapshot, seconds: seconds)
    slabMemory.add(snapshot, compared, seconds: seconds)
    ledgers.add(snapshot, seconds: seconds)
    events.add(snapshot)
  }
}
