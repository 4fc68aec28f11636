import Recordings
import Workloads

@testable import Advisor

/// Source of a list of events, in batches of 100.
struct EventListSource: AllocationEventSource {
  let events: [AllocationEvent]
  let symbols: [String]
  private var next = 0

  init(_ events: [AllocationEvent], symbols: [String]) { (self.events, self.symbols) = (events, symbols) }

  var name: String { "events" }
  var summary: String { "a list of events" }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 2 }

  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    batch = Array(events[next..<min(next + 100, events.count)])
    next += batch.count
  }

  mutating func rewind() { next = 0 }

  func unseenFrees() -> UnseenFrees { UnseenFrees(of: events) }
}

extension ReplayRunner {
  /// Creates a runner for the first events of a source.
  init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions = AdviceOptions()
  ) throws {
    let traffic = try ProfiledSource(source, events: events, needsHalves: false, isCold: options.isCold)
    try self.init(comparing: traffic, SizeDemand(traffic.profile, cpus: source.cpuCount), options)
  }
}

extension EventListSource {
  /// Events of a workload, some of whose frees are unseen: every tenth is left out, so that its slot is allocated over.
  static func withUnseenFrees() throws -> EventListSource {
    var (workload, events, batch) = (
      try WorkloadCatalog.make("burst", seed: 4), [AllocationEvent](), [AllocationEvent]()
    )
    var (live, frees) = (Set<UInt32>(), 0)
    while events.count < 5_000 {
      try workload.nextBatch(into: &batch)
      for var event in batch {
        switch event.outcome {
        case .allocated:
          if live.contains(event.slot) { event.outcome = .allocatedOverLive }
          live.insert(event.slot)
        case .freed:
          frees += 1
          if frees.isMultiple(of: 10) { continue }
          live.remove(event.slot)
        default: break
        }
        events.append(event)
      }
    }
    return EventListSource(events, symbols: workload.symbols)
  }
}
