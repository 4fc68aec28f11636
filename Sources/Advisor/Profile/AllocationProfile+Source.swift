package import Recordings
import Workloads

extension AllocationProfile {
  /// Approximate number of rows of ``peakLiveByInterval``.
  static let intervalCount = 256

  /// Profiles the events from `first` up to `last` of a source. Objects that were allocated before `first` count as live.
  /// - Throws: Errors of the source.
  /// - Complexity: O(last). The source is read twice: the first pass finds the peak, the second collects the profile.
  package init(of source: any AllocationEventSource, from first: Int = 0, upTo last: Int) throws {
    name = source.name
    (cpus, ticksPerSecond) = (source.cpuCount, source.ticksPerSecond)
    let countsEvents = source.ticksPerSecond == 0
    let sizes = try RequestSizes(of: source)
    var firstPass = ProfileCollector(from: first, countsEvents: countsEvents, sizes: sizes)
    try AllocationProfile.read(source, upTo: last) { event, symbols in firstPass.add(event, symbols) }
    let (peak, end) = (firstPass.peakEvent, firstPass.events)
    let stride = max(1, (end - first) / AllocationProfile.intervalCount)
    var collector = ProfileCollector(from: first, countsEvents: countsEvents, sizes: sizes)
    var (rows, ends): ([[Int32]], [Int]) = ([], [])
    try AllocationProfile.read(source, upTo: end) { event, symbols in
      collector.add(event, symbols)
      if collector.events == peak { collector.recordPeak() }
      if collector.events > first, (collector.events - first) % stride == 0 {
        rows.append(collector.endInterval())
        ends.append(collector.events)
      }
    }
    if ends.last != collector.events, collector.events > first {
      rows.append(collector.endInterval())
      ends.append(collector.events)
    }
    intervalEnds = ends
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
