import Recordings

/// What one synthetic workload does at each step; `SkbWorkload` makes an event source of it.
protocol SkbScenario: Sendable {
  static var name: String { get }
  static var summary: String { get }
  /// At the start: nothing queued, the same random sequence for the same seed.
  init(seed: UInt64)
  /// Lets a little happen: at least one event.
  mutating func step(_ emitter: inout SkbEmitter)
}

/// An endless synthetic workload of socket buffers, repeatable by its seed.
struct SkbWorkload<Scenario: SkbScenario>: AllocationEventSource {
  private var scenario: Scenario
  private var emitter = SkbEmitter()
  private let seed: UInt64
  private static var eventsPerBatch: Int { 1024 }

  init(seed: UInt64) {
    self.seed = seed
    scenario = Scenario(seed: seed)
  }

  var name: String { Scenario.name }
  var summary: String { Scenario.summary }
  var symbols: [String] { SkbEmitter.symbols }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 2 }

  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    while emitter.events.count < Self.eventsPerBatch { scenario.step(&emitter) }
    emitter.take(into: &batch)
  }

  mutating func rewind() { self = SkbWorkload(seed: seed) }
}
