import Recordings

/// Source of events that are not known in advance: a player reads the batch that was added last. It has no end and cannot be
/// rewound; a player must not play beyond the added events.
final class LiveEvents: AllocationEventSource, @unchecked Sendable {
  // Sendable: a mirror and its players are used by one thread at a time.
  let name = "kernel"
  let summary = "events of the running kernel"
  private(set) var symbols: [String]
  let cpuCount: Int
  let ticksPerSecond: UInt64 = 1_000_000
  /// True: the events name the caches into which the kernel merged others.
  let hasMergedCaches = true
  let roundsSkbDataSizes = true
  private var batch: [AllocationEvent] = []

  init(symbols: [String], cpuCount: Int) { (self.symbols, self.cpuCount) = (symbols, cpuCount) }

  /// Adds the next batch. The batch before must have been played completely.
  func add(_ events: [AllocationEvent], symbols: [String]) {
    batch = events
    if symbols.count > self.symbols.count { self.symbols = symbols }
  }

  func nextBatch(into events: inout [AllocationEvent]) {
    events = batch
    batch = []
  }

  func rewind() {}
}
