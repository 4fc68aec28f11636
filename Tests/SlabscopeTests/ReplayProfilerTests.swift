import Profiles
import Recordings
import SlabEngine
import Testing

@testable import Workloads
@testable import slabscope

@Suite struct ReplayProfilerTests {
  /// Source of events in batches of `batchSize`.
  private struct Source: AllocationEventSource {
    var events: [AllocationEvent]
    var batchSize = 2
    private var next = 0

    init(_ events: [AllocationEvent]) { self.events = events }

    var name: String { "test" }
    var summary: String { "" }
    var symbols: [String] { ["read+0x1/0x2", "write", "alloc_slab_obj_exts+0x1/0x2", "TCP", "kmalloc-cg-128"] }
    var ticksPerSecond: UInt64 { 1_000_000 }
    var cpuCount: Int { 2 }

    mutating func nextBatch(into batch: inout [AllocationEvent]) {
      batch = Array(events[next..<min(next + batchSize, events.count)])
      next += batch.count
    }

    mutating func rewind() { next = 0 }
  }

  private func event(
    _ time: UInt64, slot: UInt32, bytes: UInt32 = 0, site: UInt32 = 0, cpu: UInt16 = 0, cache: UInt32? = nil,
    kind: AllocationEvent.Kind = .kmalloc, outcome: AllocationEvent.Outcome = .allocated
  ) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: bytes, allocatedBytes: kind == .kmemCacheAlloc ? 2368 : bytes, site: site,
      cache: cache ?? (kind == .kmemCacheAlloc ? 3 : AllocationEvent.noCache), cpu: cpu, kind: kind, outcome: outcome)
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

  @Test func contextsHaveTheCachesOfThePolicy() throws {
    var profiler = ReplayProfiler(Source(events), policy: .linux)
    #expect(try profiler.read(upTo: progress(loops: 0, events: 9), atMost: 100))
    let profile = profiler.profile(of: progress(loops: 0, events: 9))
    #expect(profile.contexts.map(\.site) == ["read+0x1/0x2", "read+0x1/0x2", "read+0x1/0x2", "write"])
    #expect(profile.contexts.map(\.cache) == ["kmalloc-128", "kmalloc-64", "kmalloc-large", "TCP"])
    #expect(profile.contexts.map(\.requestedBytes) == [100, 40, 9000, 2304])
    #expect(profile.contexts.map(\.allocatedBytes) == [128, 64, 16384, 2368])
    #expect(profile.figures.map(\.freeObjects) == [1, 1, 0, 0] && profile.figures.map(\.unseenFrees) == [0, 0, 0, 1])
    #expect(profile.figures.map(\.liveBytes) == [0, 0, 16384, 0])
    #expect(profile.figures.map(\.remoteFrees) == [1, 0, 0, 0])
    // A lifetime of 4 us is in the bucket of 4 to 7 us.
    #expect(profile.figures[0].lifetimes.buckets == [0, 0, 0, 1])
    #expect(profile.freesByCPU == [[0, 1], [0, 1]] && profile.unmatchedFrees == 1)
  }

  @Test func generalCachesAreThoseOfThePolicyAndTheKind() throws {
    let events = [event(1, slot: 0, bytes: 9000), event(2, slot: 1, bytes: 100, cache: 4)]
    var profiler = ReplayProfiler(Source(events), policy: .powerOfTwo)
    #expect(try profiler.read(upTo: progress(loops: 0, events: 2), atMost: 100))
    let profile = profiler.profile(of: progress(loops: 0, events: 2))
    #expect(profile.contexts.map(\.cache) == ["kmalloc-16k", "kmalloc-cg-128"])
    #expect(profile.contexts.allSatisfy { $0.isGeneral })
  }

  @Test func allocatorObjectInThePlaceOfALiveObjectEndsIt() throws {
    let events = [
      event(1, slot: 0, bytes: 100), event(2, slot: 0, bytes: 64, site: 2, outcome: .allocatedOverLive),
      event(3, slot: 0, kind: .kfree, outcome: .freed), event(4, slot: 0, bytes: 100),
    ]
    var profiler = ReplayProfiler(Source(events), policy: .linux)
    #expect(try profiler.read(upTo: progress(loops: 0, events: 4), atMost: 100))
    let read = try #require(profiler.profile(of: progress(loops: 0, events: 4)).rows(by: .site).last)
    #expect(read.site == "read+0x1/0x2" && read.figures.liveObjects == 1 && read.figures.unseenFrees == 1)
  }

  /// The number of events per call of `read` does not affect the counts.
  @Test(arguments: [1, 2, 3, 5, 100])
  func profileCountsThePlayedEventsOfAllLoops(atMost: Int) throws {
    var profiler = ReplayProfiler(Source(events), policy: .linux)
    for (loops, played) in [(0, 3), (0, 9), (1, 2), (2, 5), (7, 1), (7, 0), (7, 9)] {
      let target = progress(loops: loops, events: played)
      var calls = 0
      while try !profiler.read(upTo: target, atMost: atMost) {
        calls += 1
        #expect(profiler.eventsLeft(to: target) >= 0 && calls < 30)
      }
      #expect(profiler.eventsLeft(to: target) == 0)
      let profile = profiler.profile(of: target)
      var whole = ReplayProfiler(Source(events), policy: .linux)
      var part = whole
      #expect(try whole.read(upTo: progress(loops: 0, events: 9), atMost: 100))
      #expect(try part.read(upTo: progress(loops: 0, events: played), atMost: 100))
      let one = whole.profile(of: progress(loops: 0, events: 9))
      let rest = part.profile(of: progress(loops: 0, events: played))
      func sum(_ profile: AllocationProfile, _ figure: KeyPath<AllocationFigures, Int>) -> Int {
        profile.figures.reduce(0) { $0 + $1[keyPath: figure] }
      }
      for figure in [\AllocationFigures.allocObjects, \.freeObjects, \.requestedBytes, \.allocBytes, \.remoteFrees] {
        #expect(sum(profile, figure) == sum(one, figure) * loops + sum(rest, figure))
      }
      let frees = one.freesByCPU.joined().reduce(0, +) * loops + rest.freesByCPU.joined().reduce(0, +)
      #expect(profile.freesByCPU.joined().reduce(0, +) == frees)
      // The object of 9000 bytes is live at the end of each loop; the free of another is unseen.
      #expect(sum(profile, \.unseenFrees) == 2 * loops + sum(rest, \.unseenFrees))
      #expect(sum(profile, \.liveObjects) == sum(rest, \.liveObjects))
    }
  }

  #if Capture
    @Test(arguments: ["mix", "router"]) func profileEqualsThatOfTheEngine(workload: String) throws {
      let source = try WorkloadCatalog.make(workload, seed: 3)
      var player = try Player(source, policy: .powerOfTwo, memoryBytes: 64 << 20, verification: .off)
      while player.progress.events < 60_000 { _ = try player.play(upTo: 60_000 - player.progress.events) }
      var profiler = ReplayProfiler(source, policy: .powerOfTwo)
      #expect(try profiler.read(upTo: player.progress, atMost: .max))
      let counted = profiler.profile(of: player.progress)
      let captured = AllocationProfile(
        try #require(player.engine.captureReport()),
        source: ProfileSource(name: workload, player.progress, ticksPerSecond: source.ticksPerSecond),
        ticksPerSecond: source.ticksPerSecond)
      #expect(player.progress.failedAllocations == 0)
      #expect(counted.freesByCPU == captured.freesByCPU && counted.allocObjectsByCPU == captured.allocObjectsByCPU)
      // The slabs of a named cache have another stride in the engine than in the recorded kernel.
      expectEqualRows(counted.rows(by: .site), captured.rows(by: .site))
      expectEqualRows(counted.rows(by: .cache), captured.rows(by: .cache))
    }

    private func expectEqualRows(_ counted: [ProfileRow], _ captured: [ProfileRow]) {
      #expect(counted.map(\.site) == captured.map(\.site) && counted.map(\.cache) == captured.map(\.cache))
      for (one, other) in zip(counted, captured) {
        #expect(one.figures.allocObjects == other.figures.allocObjects)
        #expect(one.figures.freeObjects == other.figures.freeObjects)
        #expect(one.figures.unseenFrees == other.figures.unseenFrees)
        #expect(one.figures.liveObjects == other.figures.liveObjects)
        #expect(one.figures.remoteFrees == other.figures.remoteFrees)
        #expect(one.figures.requestedBytes == other.figures.requestedBytes)
        #expect(one.figures.lifetimes.count == other.figures.lifetimes.count)
      }
    }
  #endif
}
