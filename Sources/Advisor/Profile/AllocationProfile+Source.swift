public import Recordings
import Workloads

extension AllocationProfile {
  /// Rows of `liveAtMoments` at most.
  static let mostMoments = 256

  /// Profiles a part of a source: its events from `first` up to `last`. What was allocated before counts as living.
  /// - Throws: what the source throws.
  /// - Complexity: O(last), twice: the peak is found first, then looked at.
  public init(of source: any AllocationEventSource, from first: Int = 0, upTo last: Int) throws {
    name = source.name
    (cpus, ticksPerSecond) = (source.cpuCount, source.ticksPerSecond)
    let countsEvents = source.ticksPerSecond == 0
    let sizes = try RequestSizes(of: source)
    var scout = ProfileCollector(from: first, countsEvents: countsEvents, sizes: sizes)
    try AllocationProfile.read(source, upTo: last) { event, symbols in scout.add(event, symbols) }
    let (peak, end) = (scout.peakEvent, scout.events)
    let stride = max(1, (end - first) / AllocationProfile.mostMoments)
    var collector = ProfileCollector(from: first, countsEvents: countsEvents, sizes: sizes)
    var (rows, moments): ([[Int32]], [Int]) = ([], [])
    try AllocationProfile.read(source, upTo: end) { event, symbols in
      collector.add(event, symbols)
      if collector.events == peak { collector.keepPeak() }
      if collector.events > first, (collector.events - first) % stride == 0 {
        rows.append(collector.takeMost())
        moments.append(collector.events)
      }
    }
    if moments.last != collector.events, collector.events > first {
      rows.append(collector.takeMost())
      moments.append(collector.events)
    }
    self.moments = moments
    let rate = source.ticksPerSecond == 0 ? 1_000_000 : Double(source.ticksPerSecond)
    collector.finish(rows, into: &self, ticksPerSecond: rate)
  }

  private static func read(
    _ source: any AllocationEventSource, upTo last: Int, _ body: (AllocationEvent, [String]) -> Void
  ) throws {
    var source = source
    source.rewind()
    var batch: [AllocationEvent] = []
    var count = 0
    while count < last {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { return }
      let symbols = source.symbols
      for event in batch.prefix(last - count) { body(event, symbols) }
      count += batch.count
    }
  }
}
