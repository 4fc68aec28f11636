import Recordings
import Testing

@testable import Profiles

/// Profiles of two intervals between which objects stay live.
@Suite struct HalvesTests {
  /// 40 objects of 100 bytes are allocated, and 10 of them are freed, before 20 of 200 bytes are allocated and all are freed.
  private struct Traffic: AllocationEventSource {
    private var isDone = false
    var name: String { "traffic" }
    var summary: String { "" }
    var symbols: [String] { ["caller"] }
    var ticksPerSecond: UInt64 { 1_000_000 }
    var cpuCount: Int { 1 }

    mutating func nextBatch(into batch: inout [AllocationEvent]) {
      var events: [AllocationEvent] = []
      func add(_ slots: Range<Int>, bytes: UInt32) {
        for slot in slots {
          events.append(
            AllocationEvent(
              time: UInt64(events.count * 10), slot: UInt32(slot), requestedBytes: bytes, allocatedBytes: bytes,
              site: 0,
              cache: AllocationEvent.noCache, cpu: 0, kind: bytes > 0 ? .kmalloc : .kfree,
              outcome: bytes > 0 ? .allocated : .freed))
        }
      }
      if !isDone {
        add(0..<40, bytes: 100)
        add(0..<10, bytes: 0)
        add(40..<60, bytes: 200)
        add(10..<40, bytes: 0)
      }
      (batch, isDone) = (events, true)
    }

    mutating func rewind() { isDone = false }
  }

  @Test func objectsThatStayLiveAreLiveInTheSecondHalf() throws {
    let (first, second) = try AllocationProfile.halves(of: Traffic(), upTo: 100)
    #expect(first == (try AllocationProfile(of: Traffic(), upTo: 50)))
    #expect(second.events == 50 && second.sources[0].microseconds == 490)
    let sums = second.figures.reduce(into: AllocationFigures()) { $0.addCounts(of: $1) }
    #expect(sums.allocObjects == 20 && sums.freeObjects == 30 && sums.liveObjects == 20)
    // 30 objects of 100 bytes are live when the 20 of 200 bytes are.
    #expect(second.contexts.map(\.requestedBytes) == [100, 200] && second.liveObjectsAtPeak == [30, 20])
    #expect(second.figures.map(\.peakLiveObjects) == [30, 20] && second.freesByCPU == [[30]])
    // Object i of 100 bytes ends at event 20 + i; those of 200 bytes live until the last event.
    let areas = [(0..<30).reduce(0) { $0 + (20 + $1) * 10 }, (0..<20).reduce(0) { $0 + (49 - $1) * 10 }]
    #expect(second.figures.map(\.liveObjectMicroseconds) == areas)
    let whole = try AllocationProfile(of: Traffic(), upTo: 100)
    for (context, figures) in zip(second.contexts, second.figures) {
      let difference = whole.subtracting(first)[context]
      #expect(figures.allocObjects == difference?.allocObjects && figures.freeObjects == difference?.freeObjects)
    }
  }
}
