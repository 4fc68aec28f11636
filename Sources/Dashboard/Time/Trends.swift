import Telemetry

/// Rates, memory over time and events, derived from the snapshots up to a given time.
struct Trends: Sendable {
  var cacheRates = CacheRates()
  var memory = MemoryHistory()
  var events = MachineEvents()
  var activity = ActivityHistory()

  /// Adds a snapshot and that of the compared policy (nil if there is none), `seconds` after the previous ones.
  /// - Parameter modelBytes: Slab memory of the model of the running kernel's allocator; nil if the kernel is not mirrored.
  mutating func add(_ snapshot: Snapshot, _ compared: Snapshot?, modelBytes: Int? = nil, seconds: Double) {
    addRatesAndEvents(snapshot, seconds: seconds)
    memory.add(snapshot, compared, modelBytes: modelBytes, seconds: seconds)
  }

  /// Adds a snapshot to the rates and events only.
  mutating func addRatesAndEvents(_ snapshot: Snapshot, seconds: Double) {
    cacheRates.add(snapshot, seconds: seconds)
    events.add(snapshot)
    activity.add(snapshot, seconds: seconds)
  }
}
