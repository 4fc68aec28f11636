import Recordings

/// Endless event source that runs a traffic scenario. Equal parameters give equal events.
struct SyntheticWorkload<Scenario: TrafficScenario>: AllocationEventSource {
  private var scenario: Scenario
  private var stack = NetworkStack()
  private let parameters: TrafficParameters
  private static var eventsPerBatch: Int { 1024 }

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    scenario = Scenario(parameters)
  }

  var name: String { Scenario.name }
  var summary: String { Scenario.summary }
  var symbols: [String] { EventWriter.symbols }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { parameters.cpus }
  var movableCaches: [String] { Scenario.movableCaches.map(\.name) }
  var memoryBytes: Int? { Scenario.memoryBytes }

  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    while stack.writer.events.count < Self.eventsPerBatch { scenario.step(&stack) }
    stack.removeEvents(into: &batch)
  }

  mutating func rewind() { self = SyntheticWorkload(parameters) }
}
