import Telemetry

/// What went before the moment in view: rates, curves, events.
struct Trails: Sendable {
  var times = CacheTimes()
  var held = HeldHistory()
  var ledgers = LedgerHistory()
  var events = MachineEvents()

  /// Takes in the next snapshot, so many seconds after the last one.
  mutating func add(_ snapshot: Snapshot, _ other: Snapshot?, seconds: Double) {
    times.add(snapshot, seconds: seconds)
    held.add(snapshot, other, seconds: seconds)
    ledgers.add(snapshot, seconds: seconds)
    events.add(snapshot)
  }
}
