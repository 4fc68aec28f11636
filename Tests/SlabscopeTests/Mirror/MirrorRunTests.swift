import Advisor
import Kernel
import Recordings
import Telemetry
import Testing
import Workloads

@testable import slabscope

/// Runs of a mirror on streams that are made up.
struct MirrorRunTests {
  private let symbols = ["alloc_file", "filp", "file_free"]

  /// Returns allocations, one each microsecond, in which every second one is followed by its free.
  private func events(_ count: Int) -> [AllocationEvent] {
    var slots = SlotAllocator()
    var previous: UInt32?
    return (0..<count).map { index in
      let time = UInt64(1_000_000 + index)
      if let slot = previous, index % 3 == 2 {
        previous = nil
        slots.free(slot)
        return AllocationEvent(
          time: time, slot: slot, requestedBytes: 0, allocatedBytes: 0, site: 2, cache: 1, cpu: 1, kind: .kmemCacheFree,
          outcome: .freed)
      }
      let slot = slots.allocate()
      previous = slot
      return AllocationEvent(
        time: time, slot: slot, requestedBytes: 232, allocatedBytes: 256, site: 0, cache: 1, cpu: 0,
        kind: .kmemCacheAlloc, outcome: .allocated)
    }
  }

  private func mirror() throws -> KernelMirror { try KernelMirror(of: Snapshot(), policy: .hemment, cpuCount: 2) }

  @Test func eventsUpToTheTimeOfAReadingArePlayedBeforeTheComparison() throws {
    let events = events(3_000_000)
    let stream = FakeKernelEvents(events, symbols: symbols, interval: 50_000)
    var times: [UInt64] = []
    let run = try MirrorRun(stream, mirror()) {
      times.append(stream.now)
      return Snapshot()
    }
    var counts: Set<Int> = []
    while !stream.isAtEnd {
      _ = try run.step()
      if let comparison = run.comparison { counts.insert(comparison.counts.events) }
    }
    // The caches were read once a second, and each time exactly the events until then were played.
    #expect(times.count >= 3 && zip(times.dropFirst(), times).allSatisfy { $0 - $1 >= MirrorRun.readingInterval })
    #expect(counts.count == times.count && counts.allSatisfy { times.contains(UInt64(1_000_000 + $0 - 1)) })
    #expect(run.progress.lostEvents == 0 && run.progress.events == events.count)
  }

  @Test func lostEventsBeyondTheLimitStopTheMirror() throws {
    let stream = FakeKernelEvents(events(400_000), symbols: symbols, interval: 50_000, lostInEachReading: 60)
    let run = try MirrorRun(stream, mirror()) { Snapshot() }
    var failure: String?
    for _ in 0..<20 where failure == nil {
      do { _ = try run.step() } catch { failure = "\(error)" }
    }
    #expect(failure?.contains("the tracer lost 120 of 100001 events") == true, "\(failure ?? "")")
    #expect(run.progress.lostEvents == 120)
  }

  @Test func tooManyWaitingEventsStopTheMirror() throws {
    let stream = FakeKernelEvents(events(400_000), symbols: symbols, interval: 200_000)
    let run = try MirrorRun(stream, mirror(), limits: MirrorLimits(eventsBehind: 100_000)) { Snapshot() }
    #expect(throws: Failure.self) { _ = try run.step() }
    #expect(run.progress.eventsBehind > 100_000 && run.progress.events == 200_001)
  }

  @Test func delayBeyondTheLimitStopsTheMirror() throws {
    let stream = FakeKernelEvents(events(400_000), symbols: symbols, interval: 50_000, delay: 900_000)
    let run = try MirrorRun(stream, mirror(), limits: MirrorLimits(microsecondsBehind: 500_000)) { Snapshot() }
    var failure: String?
    for _ in 0..<20 where failure == nil {
      do { _ = try run.step() } catch { failure = "\(error)" }
    }
    #expect(failure?.contains("it was 0.9 s behind") == true && run.progress.microsecondsBehind == 900_000)
  }

  @Test func slowReadingsAreWithinTheLimits() {
    let progress = MirrorProgress(events: 50_000, eventsBehind: 10_000, microsecondsBehind: 80_000, lostEvents: 90)
    #expect(MirrorLimits().reasonToStop(progress) == nil)
  }

  @Test func controlWithoutAMirrorNamesTheKey() {
    let control = KernelMirrorControl()
    #expect(control.comparedSnapshot == nil && control.figures == nil)
    #expect(control.comparisonNotice?.contains("C plays") == true)
  }
}
