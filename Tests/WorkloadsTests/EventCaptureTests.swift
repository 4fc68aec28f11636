import Recordings
import SlabEngine
import Testing

@testable import Workloads

@Suite struct EventCaptureTests {
  /// Source of events in batches of `batchSize`.
  private struct Source: AllocationEventSource {
    var events: [AllocationEvent]
    var batchSize = 2
    private var next = 0

    init(_ events: [AllocationEvent]) { self.events = events }

    var name: String { "test" }
    var summary: String { "" }
    var symbols: [String] { ["read+0x1/0x2", "write", "alloc_slab_obj_exts+0x1/0x2", "TCP"] }
    var ticksPerSecond: UInt64 { 1_000_000 }
    var cpuCount: Int { 2 }

    mutating func nextBatch(into batch: inout [AllocationEvent]) {
      batch = Array(events[next..<min(next + batchSize, events.count)])
      next += batch.count
    }

    mutating func rewind() { next = 0 }
  }

  private func event(
    _ time: UInt64, slot: UInt32, bytes: UInt32 = 0, site: UInt32 = 0, cpu: UInt16 = 0,
    kind: AllocationEvent.Kind = .kmalloc, outcome: AllocationEvent.Outcome = .allocated
  ) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: bytes, allocatedBytes: kind == .kmemCacheAlloc ? 2368 : bytes, site: site,
      cache: kind == .kmemCacheAlloc ? 3 : AllocationEvent.noCache, cpu: cpu, kind: kind, outcome: outcome)
  }

  private var events: [AllocationEvent] {
    [
      event(10, slot: 0, bytes: 100), event(11, slot: 1, bytes: 2304, site: 1, kind: .kmemCacheAlloc),
      event(12, slot: 2, bytes: 9000), event(13, slot: 3, bytes: 64, site: 2),
      event(14, slot: 0, cpu: 1, kind: .kfree, outcome: .freed),
      // The slot of the second object, whose free was unseen, is allocated again.
      event(19, slot: 1, bytes: 40, cpu: 1, outcome: .allocatedOverLive),
      event(20, slot: 1, cpu: 1, kind: .kfree, outcome: .freed), event(21, slot: 3, kind: .kfree, outcome: .freed),
      event(22, slot: AllocationEvent.noSlot, kind: .kfree, outcome: .unmatched),
    ]
  }

  private func progress(loops: Int, events: Int) -> PlayerProgress {
    var progress = PlayerProgress()
    (progress.loops, progress.eventsInLoop) = (loops, events)
    return progress
  }

  @Test func captureCountsCallSitesAndCPUs() throws {
    var capture = EventCapture(Source(events), policy: .linux)
    #expect(try capture.read(upTo: progress(loops: 0, events: 9), atMost: 100))
    let report = capture.report(loops: 0)
    #expect(report.sites.map(\.name) == ["read+0x1/0x2", "write"])
    let read = report.sites[0]
    #expect(read.allocations == 3 && read.requestedBytes == 9140 && read.allocatedBytes == 128 + 16384 + 64)
    #expect(read.frees == 2 && read.lifetimes[2] == 1 && read.lifetimes[0] == 1)
    // An object with an unseen free has no lifetime.
    #expect(report.sites[1].allocations == 1 && report.sites[1].allocatedBytes == 2368 && report.sites[1].frees == 0)
    #expect(report.freesByCPU == [[0, 1], [0, 1]])
  }

  @Test func captureUsesTheClassesOfThePolicy() throws {
    var capture = EventCapture(Source(events), policy: .powerOfTwo)
    #expect(try capture.read(upTo: progress(loops: 0, events: 1), atMost: 100))
    #expect(capture.report(loops: 0).sites.map(\.allocatedBytes) == [128])
  }

  /// The number of events per call of `read` does not affect the counts.
  @Test(arguments: [1, 2, 3, 5, 100])
  func captureCountsThePlayedEventsOfAllLoops(atMost: Int) throws {
    var capture = EventCapture(Source(events), policy: .linux)
    for (loops, played) in [(0, 3), (0, 9), (1, 2), (2, 5), (7, 1), (7, 0), (7, 9)] {
      let target = progress(loops: loops, events: played)
      var calls = 0
      while try !capture.read(upTo: target, atMost: atMost) {
        calls += 1
        #expect(capture.eventsLeft(to: target) >= 0 && calls < 30)
      }
      #expect(capture.eventsLeft(to: target) == 0)
      let report = capture.report(loops: loops)
      var whole = EventCapture(Source(events), policy: .linux)
      var part = whole
      #expect(try whole.read(upTo: progress(loops: 0, events: 9), atMost: 100))
      #expect(try part.read(upTo: progress(loops: 0, events: played), atMost: 100))
      let (one, rest) = (whole.report(loops: 0), part.report(loops: 0))
      let allocations = rest.sites.reduce(0) { $0 + $1.allocations } + 4 * loops
      #expect(report.sites.reduce(0) { $0 + $1.allocations } == allocations)
      let frees = one.freesByCPU.joined().reduce(0, +) * loops + rest.freesByCPU.joined().reduce(0, +)
      #expect(report.freesByCPU.joined().reduce(0, +) == frees)
      // The object of 9000 bytes is live at the end of each loop.
      #expect(report.sites.map(\.liveAtEnd).reduce(0, +) == loops)
    }
  }

  #if Capture
    @Test(arguments: ["mix", "router"]) func captureEqualsThatOfTheEngine(workload: String) throws {
      let source = try WorkloadCatalog.make(workload, seed: 3)
      var player = try Player(source, policy: .powerOfTwo, memoryBytes: 64 << 20, isShadow: true)
      while player.progress.events < 60_000 { _ = try player.play(upTo: 60_000 - player.progress.events) }
      var capture = EventCapture(source, policy: .powerOfTwo)
      #expect(try capture.read(upTo: player.progress, atMost: .max))
      let (counted, captured) = (capture.report(loops: 0), try #require(player.engine.captureReport()))
      #expect(player.progress.failedAllocations == 0 && player.progress.inferredFrees == 0)
      #expect(counted.freesByCPU == captured.freesByCPU)
      #expect(counted.sites.map(\.name) == captured.sites.map(\.name) && !counted.sites.isEmpty)
      #expect(counted.sites.map(\.allocations) == captured.sites.map(\.allocations))
      #expect(counted.sites.map(\.lifetimes) == captured.sites.map(\.lifetimes))
      #expect(counted.sites.map(\.requestedBytes) == captured.sites.map(\.requestedBytes))
    }
  #endif
}
