import Recordings
import Testing

@testable import Profiles

/// Profiles of recordings, of sources with bytes in use, and of sources with unusual clocks and numbers of contexts.
struct CollectorTests {
  private func recording(_ events: [AllocationEvent], countsTicks: Bool = false) throws -> Recording {
    var writer = SlabtraceWriter(name: "random", summary: "", usedBytesMethod: .buffer)
    writer.append(events, symbols: RandomTraffic.symbols)
    var counts = ImportStatistics()
    (counts.events, counts.cpuCount, counts.countsTicks) = (events.count, 3, countsTicks)
    return try Recording(bytes: writer.finish(symbols: RandomTraffic.symbols, counts: counts), name: "random")
  }

  private func profile(
    _ events: [AllocationEvent], ticksPerSecond: UInt64 = 1_000_000,
    uses: UsedBytesByAllocation = UsedBytesByAllocation()
  ) -> AllocationProfile {
    var collector = AllocationProfileCollector(ticksPerSecond: ticksPerSecond, uses: uses)
    collector.add(events, symbols: RandomTraffic.symbols)
    return collector.profile(name: "random")
  }

  @Test("A recording has the profile of its events", arguments: [21, 22] as [UInt64])
  func recordings(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    let events = traffic.events(20_000)
    var expected = profile(events, uses: UsedBytesByAllocation(of: events))
    let result = try AllocationProfile(of: try recording(events))
    expected.sources[0].lostEvents = 0
    #expect(result == expected)
    #expect(result.contexts.contains { $0.usedBytes == 20 } && result.contexts.contains { $0.usedBytes == nil })
  }

  @Test("The first events of a recording have the profile of these events")
  func prefix() throws {
    var traffic = RandomTraffic(seed: 23)
    let events = traffic.events(20_000)
    let result = try AllocationProfile(of: try recording(events), upTo: 9_001)
    #expect(result.events == 9_001)
    #expect(
      result.figures.reduce(0) { $0 + $1.allocObjects }
        == events.prefix(9_001).count {
          $0.outcome == .allocated || $0.outcome == .allocatedOverLive
        })
  }

  @Test("Bytes in use only divide contexts: the sums by call site, cache and sizes stay the same")
  func usedBytes() {
    var traffic = RandomTraffic(seed: 24)
    let events = traffic.events(5_000)
    let (with, without) = (profile(events, uses: UsedBytesByAllocation(of: events)), profile(events))
    var sums: [AllocationContext: AllocationFigures] = [:]
    for (context, figures) in zip(with.contexts, with.figures) {
      var context = context
      context.usedBytes = nil
      sums[context, default: AllocationFigures()].addCounts(of: figures)
    }
    #expect(Set(sums.keys) == Set(without.contexts))
    for (context, var figures) in zip(without.contexts, without.figures) {
      figures.peakLiveObjects = nil
      #expect(sums[context] == figures)
    }
    #expect(with.freesByCPU == without.freesByCPU && with.allocObjectsByCPU == without.allocObjectsByCPU)
  }

  @Test("Objects of general caches have the needed size if it is known, and metadata of the allocator has none")
  func sizes() {
    let symbols = ["kmalloc_reserve+0x1/0x2", "alloc_slab_obj_exts+0x1/0x2"]
    func event(_ slot: UInt32, _ site: UInt32, _ requested: UInt32, _ kind: AllocationEvent.Kind = .kmalloc)
      -> AllocationEvent
    {
      AllocationEvent(
        time: UInt64(slot), slot: slot, requestedBytes: requested, allocatedBytes: requested, site: site,
        cache: AllocationEvent.noCache, cpu: 0, kind: kind, outcome: .allocated)
    }
    var free = AllocationEvent(
      time: 9, slot: 0, requestedBytes: 0, allocatedBytes: 0, site: 0, cache: AllocationEvent.noCache, cpu: 0,
      kind: .kfree, outcome: .freed, usedBytes: 1_100)
    let allocations = [event(0, 0, 2_048), event(1, 0, 2_048), event(2, 1, 64), event(3, 0, 232, .kmemCacheAlloc)]
    let uses = UsedBytesByAllocation(of: allocations + [free])
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000, uses: uses)
    collector.add(allocations, symbols: symbols)
    free.usedBytes = nil
    let live = collector.profile(name: "x")
    #expect(live.sizes == [1_152, 2_048])
    #expect(live.contexts.map { live.size(of: $0) } == [nil, nil, 2_048, 1_152] as [Int?])
    #expect(live.liveObjectsAtPeak == [0, 0, 1, 1])
    collector.add([free], symbols: symbols)
    #expect(collector.profile(name: "x").momentsByTime.last?.peakObjectsBySize == [1, 1])
    var exact = AllocationProfileCollector(ticksPerSecond: 1_000_000, uses: uses, roundsSkbDataSizes: false)
    exact.add(allocations, symbols: symbols)
    #expect(exact.profile(name: "x").sizes == [2_048])
  }

  @Test("A clock of unknown rate counts an event as a microsecond, and lifetimes in ticks")
  func unknownClock() throws {
    var traffic = RandomTraffic(seed: 25)
    let events = traffic.events(1_000)
    let result = profile(events, ticksPerSecond: 0)
    #expect(!result.hasClock && result.sources[0].microseconds == 1_000 && profile(events).hasClock)
    #expect(result.figures.map(\.lifetimes) == profile(events).figures.map(\.lifetimes))
    let counted = try AllocationProfile(of: try recording(events, countsTicks: true))
    #expect(!counted.hasClock && counted.sources[0].microseconds == 1_000)
  }

  @Test("Times of a clock with another rate are converted to microseconds")
  func otherClock() {
    var traffic = RandomTraffic(seed: 26)
    let events = traffic.events(2_000)
    let nanoseconds = events.map { event in
      var event = event
      event.time *= 1_000
      return event
    }
    let (one, other) = (profile(events), profile(nanoseconds, ticksPerSecond: 1_000_000_000))
    #expect(one.figures == other.figures && one.sources == other.sources)
  }

  @Test("CPUs of any number are counted")
  func manyCPUs() {
    func event(_ cpu: UInt16, _ outcome: AllocationEvent.Outcome) -> AllocationEvent {
      AllocationEvent(
        time: 0, slot: 0, requestedBytes: 8, allocatedBytes: 8, site: 0, cache: AllocationEvent.noCache, cpu: cpu,
        kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome)
    }
    let result = profile([event(3, .allocated), event(700, .freed), event(700, .allocated), event(3, .freed)])
    #expect(result.freesByCPU.count == 701 && result.freesByCPU[3][700] == 1 && result.freesByCPU[700][3] == 1)
    #expect(result.figures[0].remoteFrees == 2 && result.allocObjectsByCPU[700] == 1)
  }

  @Test("A source of very many contexts has fewer moments, which still reach to its end")
  func manyContexts() {
    var events: [AllocationEvent] = []
    for number in 0..<60_000 as Range<UInt32> {
      events.append(
        AllocationEvent(
          time: UInt64(number), slot: number, requestedBytes: number, allocatedBytes: number, site: 0,
          cache: AllocationEvent.noCache, cpu: 0, kind: .kmalloc, outcome: .allocated))
    }
    let result = profile(events)
    #expect(result.contexts.count == 60_000 && (2...64).contains(result.moments.count))
    #expect(result.momentsByTime.last?.events == 60_000)
  }

  @Test("The intervals of a source add up to its profile, and objects stay live between them")
  func intervals() {
    var traffic = RandomTraffic(seed: 27)
    let events = traffic.events(6_000)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(Array(events.prefix(2_500)), symbols: RandomTraffic.symbols)
    let first = collector.profile(name: "first")
    collector.beginInterval()
    #expect(collector.profile(name: "second") == AllocationProfile())
    collector.add(Array(events.dropFirst(2_500)), symbols: RandomTraffic.symbols)
    let second = collector.profile(name: "second")
    let (whole, sum) = (profile(events), first.merged(with: second))
    #expect(second.events == 3_500 && first.events == 2_500 && whole.contexts == sum.contexts)
    #expect(sum.freesByCPU == whole.freesByCPU && sum.allocObjectsByCPU == whole.allocObjectsByCPU)
    #expect(sum.failedAllocations == whole.failedAllocations && sum.unmatchedFrees == whole.unmatchedFrees)
    for (index, context) in whole.contexts.enumerated() {
      let (one, two) = (whole.figures[index], sum.figures[index])
      #expect(one.allocObjects == two.allocObjects && one.lifetimes == two.lifetimes)
      #expect(one.remoteFrees == two.remoteFrees && one.unseenFrees == two.unseenFrees)
      #expect(second[context]?.liveObjects ?? 0 == one.liveObjects && second[context]?.ages ?? one.ages == one.ages)
    }
  }

  @Test("An event of an object that the source did not allocate is an unmatched free, or an allocation")
  func unknownObjects() {
    func event(_ outcome: AllocationEvent.Outcome) -> AllocationEvent {
      AllocationEvent(
        time: 0, slot: 7, requestedBytes: 64, allocatedBytes: 64, site: 0, cache: AllocationEvent.noCache, cpu: 0,
        kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome)
    }
    let result = profile([event(.freed), event(.allocatedOverLive)])
    #expect(result.unmatchedFrees == 1 && result.figures.map(\.allocObjects) == [1])
    #expect(result.figures.map(\.unseenFrees) == [0] && result.figures.map(\.liveObjects) == [1])
  }

  @Test("A new interval has its own peak")
  func peakOfInterval() {
    func event(_ slot: UInt32, _ outcome: AllocationEvent.Outcome) -> AllocationEvent {
      let bytes: UInt32 = outcome == .allocated ? 64 : 0
      return AllocationEvent(
        time: 0, slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: 0, cache: AllocationEvent.noCache,
        cpu: 0, kind: outcome == .allocated ? .kmalloc : .kfree, outcome: outcome)
    }
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    let start = [event(0, .allocated), event(1, .allocated), event(2, .allocated), event(1, .freed), event(2, .freed)]
    collector.add(start, symbols: RandomTraffic.symbols)
    #expect(collector.profile(name: "x").liveObjectsAtPeak == [3])
    collector.beginInterval()
    collector.add([event(1, .allocated), event(1, .freed)], symbols: RandomTraffic.symbols)
    let second = collector.profile(name: "x")
    #expect(second.liveObjectsAtPeak == [2] && second.figures.map(\.peakLiveObjects) == [2])
  }

  @Test("Statistics count the events of socket buffers, and frees by another tracepoint than that of the allocation")
  func socketBuffers() throws {
    let symbols = ["__alloc_skb+0x1/0x2", "open+0x1/0x2", "kfree_skbmem+0x1/0x2", "skbuff_head_cache", "filp"]
    func event(
      _ slot: UInt32, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, site: UInt32, cache: UInt32
    ) -> AllocationEvent {
      let bytes: UInt32 = outcome == .allocated ? 224 : 0
      return AllocationEvent(
        time: 0, slot: slot, requestedBytes: bytes, allocatedBytes: bytes, site: site, cache: cache, cpu: 0, kind: kind,
        outcome: outcome)
    }
    let events = [
      event(0, .kmemCacheAlloc, .allocated, site: 0, cache: 3),
      event(1, .kmemCacheAlloc, .allocated, site: 1, cache: 4),
      event(0, .kmemCacheFree, .freed, site: 2, cache: 3),
      event(1, .kfree, .freed, site: 1, cache: AllocationEvent.noCache),
    ]
    var writer = SlabtraceWriter(name: "x", summary: "")
    writer.append(events, symbols: symbols)
    var counts = ImportStatistics()
    (counts.events, counts.cpuCount) = (events.count, 1)
    var recording = try Recording(bytes: writer.finish(symbols: symbols, counts: counts), name: "x")
    let statistics = try RecordingStatistics(of: &recording)
    // All events have the same time, which is no step back.
    #expect(statistics.timestampsBackwards == 0)
    #expect(statistics.skbEvents == 2 && statistics.skbAllocs == 1 && statistics.pairsAcrossEventKinds == 1)
  }
}
