package import Recordings

extension AllocationProfile {
  /// Profiles the first events of a recording or workload.
  /// - Parameters:
  ///   - source: Source of the events. A generator has no end, so that `last` must be given.
  ///   - last: Largest number of events to read.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events). A recording with bytes in use is read twice, because they are recorded when an object is freed
  ///   and needed when it is allocated.
  package init(of source: any AllocationEventSource, upTo last: Int = .max) throws {
    var collector = AllocationProfileCollector(
      ticksPerSecond: source.ticksPerSecond, uses: try source.usedBytesByAllocation(),
      roundsSkbDataSizes: source.roundsSkbDataSizes)
    if let recording = source as? Recording {
      try AllocationProfile.read(recording, upTo: last, into: &collector) { _ in }
    } else {
      try AllocationProfile.read(source, upTo: last, into: &collector)
    }
    self = collector.profile(name: source.name)
    if let recording = source as? Recording, !sources.isEmpty { sources[0].lostEvents = recording.counts?.lostEvents }
  }

  private static func read(
    _ source: any AllocationEventSource, upTo last: Int, into collector: inout AllocationProfileCollector
  ) throws {
    var source = source
    source.rewind()
    var (batch, count) = ([AllocationEvent](), 0)
    while count < last {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      if batch.count > last - count { batch.removeLast(batch.count - (last - count)) }
      collector.add(batch, symbols: source.symbols)
      count += batch.count
    }
  }

  /// Reads the events of a recording in the form that the file stores.
  /// - Parameter body: Function that is called with each batch of events.
  static func read(
    _ recording: Recording, upTo last: Int = .max, into collector: inout AllocationProfileCollector,
    _ body: ([RecordedEvent]) -> Void
  ) throws {
    var recording = recording
    recording.rewind()
    let shapes = RecordedShapes(recording)
    let first = collector.prepare(for: shapes)
    var (batch, count) = ([RecordedEvent](), 0)
    while count < last {
      try recording.nextBatch(into: &batch)
      if batch.isEmpty { break }
      if batch.count > last - count { batch.removeLast(batch.count - (last - count)) }
      collector.add(
        batch, of: shapes, from: first, slots: recording.slotCount, cpus: recording.cpuCount)
      body(batch)
      count += batch.count
    }
  }
}
