import Recordings

/// The first seconds of a source of events.
struct SourceInterval: AllocationEventSource {
  private var source: any AllocationEventSource
  private let ticks: UInt64
  private var firstTime: UInt64?
  private var hasEnded = false

  /// Creates the interval; nil if the rate of the source's clock is not known.
  init?(_ source: any AllocationEventSource, seconds: Double) {
    guard source.ticksPerSecond > 0 else { return nil }
    self.source = source
    ticks = NumberRange.ticks(seconds * Double(source.ticksPerSecond))
    rewind()
  }

  var name: String { source.name }
  var summary: String { source.summary }
  var symbols: [String] { source.symbols }
  var ticksPerSecond: UInt64 { source.ticksPerSecond }
  var cpuCount: Int { source.cpuCount }
  var hasMergedCaches: Bool { source.hasMergedCaches }
  var roundsSkbDataSizes: Bool { source.roundsSkbDataSizes }

  /// Returns the bytes in use of all objects of the source. Those of the interval have the same numbers, because it begins
  /// with the first event.
  func usedBytesByAllocation() throws -> UsedBytesByAllocation { try source.usedBytesByAllocation() }

  mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    batch.removeAll(keepingCapacity: true)
    guard !hasEnded else { return }
    try source.nextBatch(into: &batch)
    guard let start = firstTime ?? batch.first?.time else { return }
    firstTime = start
    // Clocks of CPUs differ slightly, so that an event may be earlier than the first.
    if let end = batch.firstIndex(where: { $0.time > start && $0.time - start >= ticks }) {
      batch.removeSubrange(end...)
      hasEnded = true
    }
  }

  mutating func rewind() {
    source.rewind()
    (firstTime, hasEnded) = (nil, false)
  }
}
