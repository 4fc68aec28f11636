import Recordings
import SlabEngine
import Synchronization
import Testing

@testable import Workloads

/// Tests of the decoding that several players share.
@Suite struct SharedEventsTests {
  @Test(arguments: [1, 2, 3, 5], [false, true])
  func everyReaderReadsAllEvents(readers: Int, decodesAhead: Bool) {
    let shared = SharedEvents(NumberedSource(batches: 100), readers: readers)
    if decodesAhead { shared.decodeAhead() }
    let read = onThreads(readers) { try? times(of: shared.reader($0)) }
    #expect(read == Array(repeating: (0..<200).map { UInt64($0) }, count: readers))
  }

  @Test func readersDoNotWaitForAReaderThatWasReleased() {
    let shared = SharedEvents(NumberedSource(batches: 100), readers: 3)
    let read = onThreads(3) { number -> [UInt64]? in
      var reader = shared.reader(number)
      // One reader is released before its first batch, one after three batches.
      if number == 1 { return [] }
      if number == 0 { return try? times(of: reader) }
      var batch: [AllocationEvent] = []
      for _ in 0..<3 { try? reader.nextBatch(into: &batch) }
      return batch.map(\.time)
    }
    #expect(read == [(0..<200).map { UInt64($0) }, [], [4, 5]])
  }

  @Test func everyReaderThrowsTheErrorOfTheSource() {
    let shared = SharedEvents(NumberedSource(batches: 20, failsAt: 10), readers: 2)
    let read = onThreads(2) { number -> [UInt64]? in
      var (reader, batch, count) = (shared.reader(number), [AllocationEvent](), UInt64(0))
      do {
        while true {
          try reader.nextBatch(into: &batch)
          count += 1
        }
      } catch { return [count] }
    }
    #expect(read == [[10], [10]])
  }

  @Test func readerReadsTheSourceAgainAfterItsRewind() throws {
    let shared = SharedEvents(NumberedSource(batches: 20), readers: 2)
    let (first, second) = (shared.reader(0), shared.reader(1))
    var rewound = first
    rewound.rewind()
    #expect(try times(of: rewound) == (0..<40).map { UInt64($0) })
    // The copy that was not rewound is still registered.
    var batch: [AllocationEvent] = []
    var (one, other) = (first, second)
    try one.nextBatch(into: &batch)
    try other.nextBatch(into: &batch)
    #expect(batch.map(\.time) == [0, 1])
    #expect(one.symbols == ["0"] && one.name == "numbered" && one.cpuCount == 1)
  }

  @Test func replaysHaveTheResultsOfReplaysAlone() throws {
    let source = try WorkloadCatalog.make("burst", seed: 4)
    let policies = Policy.presets
    @Sendable func figures(_ policy: Policy, _ source: any AllocationEventSource) throws -> [SlabMemory] {
      var player = try PolicyPlayer(source, policy: policy, memoryBytes: 32 << 20, verification: .sampled)
      return try (0..<50).map { _ in
        _ = try player.play(upTo: 500)
        return player.slabMemory()
      }
    }
    let together = try SharedReplays.map(policies, of: source, figures)
    #expect(together == (try policies.map { try figures($0, source) }))
  }

  @Test func firstErrorInTheOrderOfReplaysIsThrown() {
    #expect(throws: SourceFailure(number: 2)) {
      try SharedReplays.map(Array(0..<9), of: NumberedSource(batches: 1)) { number, _ in
        if number >= 2 { throw SourceFailure(number: number) }
      }
    }
  }

  /// Returns the times of all events of a source.
  private func times(of source: some AllocationEventSource) throws -> [UInt64] {
    var (source, times, batch) = (source, [UInt64](), [AllocationEvent]())
    repeat {
      try source.nextBatch(into: &batch)
      times += batch.map(\.time)
    } while !batch.isEmpty
    return times
  }

  /// Returns the results of a function for 0..<count, each on a thread of its own.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> [UInt64]?) -> [[UInt64]?] {
    let results = Results(count)
    let threads = (0..<count).map { number in
      JoinableThread {
        let result = body(number)
        results.values.withLock { $0[number] = result }
      }
    }
    for thread in threads { thread.join() }
    return results.values.withLock { $0 }
  }
}

private final class Results: Sendable {
  let values: Mutex<[[UInt64]?]>
  init(_ count: Int) { values = Mutex(Array(repeating: nil, count: count)) }
}

private struct SourceFailure: Error, Equatable {
  var number: Int
}

/// Source of batches of two events, whose times are numbers from 0.
private struct NumberedSource: AllocationEventSource {
  let batches: Int
  var failsAt: Int?
  private var next = 0

  init(batches: Int, failsAt: Int? = nil) { (self.batches, self.failsAt) = (batches, failsAt) }

  var name: String { "numbered" }
  var summary: String { "numbered events" }
  var symbols: [String] { (0..<next).map(String.init) }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 1 }

  mutating func nextBatch(into batch: inout [AllocationEvent]) throws {
    if next == failsAt { throw SourceFailure(number: next) }
    batch = (0..<(next < batches ? 2 : 0)).map { number in
      AllocationEvent(
        time: UInt64(next * 2 + number), slot: AllocationEvent.noSlot, requestedBytes: 0, allocatedBytes: 0, site: 0,
        cache: AllocationEvent.noCache, cpu: 0, kind: .kfree, outcome: .null)
    }
    if next < batches { next += 1 }
  }

  mutating func rewind() { next = 0 }
}
