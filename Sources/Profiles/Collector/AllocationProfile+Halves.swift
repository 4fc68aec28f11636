package import Recordings

extension AllocationProfile {
  /// Profiles the first and the second half of the first events of a recording or workload. Objects that are live when the second
  /// half begins are live in it, but do not count as allocated in it.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - last: Number of events of both halves together.
  /// - Throws: Errors of the source.
  /// - Complexity: O(events).
  package static func halves(
    of source: any AllocationEventSource, upTo last: Int
  ) throws -> (first: AllocationProfile, second: AllocationProfile) {
    var source = source
    source.rewind()
    var collector = AllocationProfileCollector(
      ticksPerSecond: source.ticksPerSecond, uses: try source.usedBytesByAllocation(),
      roundsSkbDataSizes: source.roundsSkbDataSizes)
    var (batch, count, first) = ([AllocationEvent](), 0, AllocationProfile.empty)
    while count < last {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      if batch.count > last - count { batch.removeLast(batch.count - (last - count)) }
      if count < last / 2, count + batch.count >= last / 2 {
        let split = last / 2 - count
        collector.add(Array(batch[..<split]), symbols: source.symbols)
        first = collector.profile(name: source.name)
        collector.beginInterval()
        batch.removeFirst(split)
        count += split
      }
      collector.add(batch, symbols: source.symbols)
      count += batch.count
    }
    return (first, collector.profile(name: source.name))
  }
}
