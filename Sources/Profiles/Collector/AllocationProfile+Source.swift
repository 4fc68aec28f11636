package import Recordings

extension AllocationProfile {
  /// Profiles the first events of a recording or workload.
  /// - Parameters:
  ///   - source: Source of the events. A generator has no end, so that `last` must be given.
  ///   - last: Largest number of events to read.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events).
  package init(of source: any AllocationEventSource, upTo last: Int = .max) throws {
    var source = source
    source.rewind()
    var collector = AllocationProfileCollector(ticksPerSecond: source.ticksPerSecond)
    var (batch, count) = ([AllocationEvent](), 0)
    while count < last {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      if batch.count > last - count { batch.removeLast(batch.count - (last - count)) }
      collector.add(batch)
      count += batch.count
    }
    self = collector.profile(name: source.name, symbols: source.symbols)
    if let recording = source as? Recording { sources[0].lostEvents = recording.counts?.lostEvents }
  }
}
