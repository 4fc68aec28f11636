import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of the replay on the model: caches of events, and unseen frees.
@Suite struct SLUBPlayerTests {
  private static let symbols = [
    "f+0x1/0x2", "TCP", "kmalloc-cg-1k", "__alloc_skb+0x5/0x9", "kmalloc_reserve+0x1/0x2", "skb_release_data+0x1/0x2",
    "skbuff_head_cache", "alloc_slab_obj_exts+0x1/0x2", "pskb_expand_head", "ep_insert.isra.0+0x1/0x2",
    "ep_ptable_queue_proc", "eventpoll_epi", "eventpoll_pwq",
  ]

  private static func symbol(_ name: String) -> UInt32 {
    UInt32(symbols.firstIndex { $0.hasPrefix(name) } ?? 0)
  }

  private func event(
    _ time: UInt64, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome, slot: UInt32, bytes: Int = 0,
    stride: Int? = nil, cache: String? = nil, site: String = "f", cpu: UInt16 = 0
  ) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: UInt32(bytes), allocatedBytes: UInt32(stride ?? bytes),
      site: SLUBPlayerTests.symbol(site), cache: cache.map { SLUBPlayerTests.symbol($0) } ?? AllocationEvent.noCache,
      cpu: cpu, kind: kind, outcome: outcome)
  }

  private func player(
    _ events: [AllocationEvent], start: StartingState? = nil,
    observations: [KernelObservation] = []
  ) throws -> SLUBPlayer {
    try SLUBPlayer(
      ListSource(events: events, symbols: SLUBPlayerTests.symbols), memoryBytes: 16 << 20, start: start,
      observations: observations)
  }

  private func live(_ player: borrowing SLUBPlayer, _ name: String) -> Int {
    player.cache(named: name).map { player.model.liveObjects(of: $0) } ?? -1
  }

  private func number(_ player: borrowing SLUBPlayer, _ name: String) throws -> Int32 {
    let found = player.cache(named: name)
    return try #require(found)
  }

  @Test func eventsUseTheCacheOfTheirNameOrSize() throws {
    var player = try player([
      event(1, .kmalloc, .allocated, slot: 0, bytes: 700, stride: 1024),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 700, stride: 1024, cache: "kmalloc-cg-1k"),
      event(3, .kmemCacheAlloc, .allocated, slot: 2, bytes: 2304, stride: 2368, cache: "TCP"),
      event(4, .kmemCacheAlloc, .allocated, slot: 3, bytes: 100, stride: 104, cache: "TCP"),
      event(5, .kmalloc, .allocated, slot: 4, bytes: 20_000, stride: 32768),
      event(6, .kfree, .freed, slot: 1), event(7, .kfree, .null, slot: AllocationEvent.noSlot),
    ])
    #expect(try player.play(upTo: 100) == 7)
    #expect(live(player, "kmalloc-1k") == 1 && live(player, "kmalloc-cg-1k") == 0 && live(player, "TCP") == 1)
    #expect(live(player, "TCP/104") == 1 && player.progress.liveObjects == 4 && player.progress.events == 7)
    let sample = player.sample()
    #expect(sample.largeObjects == 1 && sample.largeRequestedBytes == 20_000 && sample.largeBlockBytes == 32768)
    let tcp = try #require(sample.caches.first { $0.name == "TCP" })
    #expect(tcp.requestedBytes == 2304 && tcp.objectSize == 2304 && tcp.stride == 2368 && !tcp.isGeneral)
    #expect(sample.caches.first { $0.name == "kmalloc-1k" }?.isGeneral == true)
    #expect(player.validate() == [])
  }

  @Test func largeRequestsAreBlocksOfPages() throws {
    var player = try player([
      event(1, .kmalloc, .allocated, slot: 0, bytes: 20_000, stride: 32768),
      event(2, .kmalloc, .allocatedOverLive, slot: 0, bytes: 9000, stride: 16384), event(3, .kfree, .freed, slot: 0),
    ])
    let free = player.model.pages.freePages
    _ = try player.play(upTo: 1)
    #expect(player.model.pages.freePages == free - 8 && player.progress.liveObjects == 1)
    _ = try player.play(upTo: 1)
    #expect(player.model.pages.freePages == free - 4 && player.sample().largeRequestedBytes == 9000)
    _ = try player.play(upTo: 1)
    #expect(player.model.pages.freePages == free && player.progress.liveObjects == 0 && player.validate() == [])
    #expect(player.sample().largeObjects == 0 && player.sample().largeBlockBytes == 0)
  }

  @Test func requestsUseTheClassesOfThePolicy() throws {
    var player = try SLUBPlayer(
      ListSource(
        events: [
          event(1, .kmalloc, .allocated, slot: 0, bytes: 700, stride: 1024),
          event(2, .kmalloc, .allocated, slot: 1, bytes: 700, stride: 1024, cache: "kmalloc-cg-1k"),
        ], symbols: SLUBPlayerTests.symbols), sizes: [64, 768, 8192], orders: [768: 1], memoryBytes: 16 << 20)
    _ = try player.play(upTo: 10)
    #expect(live(player, "kmalloc-768") == 1 && live(player, "kmalloc-cg-768") == 1)
    #expect(player.sample().caches[0].preferredOrder == 1 && player.sample().caches[0].slabBytes == 8192)
  }

  @Test func allocatorMetadataIsNotReplayed() throws {
    var player = try player([
      event(1, .kmalloc, .allocated, slot: 0, bytes: 128, site: "alloc_slab_obj_exts"),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 128), event(3, .kfree, .freed, slot: 0),
    ])
    _ = try player.play(upTo: 10)
    #expect(live(player, "kmalloc-128") == 1 && player.unseenFrees.allocatorEvents == 2)
    #expect(player.progress.liveObjects == 1 && player.progress.skippedFrees == 0 && player.validate() == [])
  }

  @Test func headIsFreedWithItsData() throws {
    let head = event(1, .kmemCacheAlloc, .allocated, slot: 0, bytes: 224, stride: 256, cache: "skbuff", site: "__alloc")
    let data = event(2, .kmalloc, .allocated, slot: 1, bytes: 512, site: "kmalloc_reserve")
    var player = try player([head, data, event(3, .kfree, .freed, slot: 1, site: "skb_release_data")])
    _ = try player.play(upTo: 2)
    #expect(live(player, "skbuff_head_cache") == 1 && player.progress.unseenFreeObjects == 1)
    _ = try player.play(upTo: 1)
    #expect(live(player, "skbuff_head_cache") == 0 && player.unseenFrees.byPair == 1)
    #expect(player.progress.unseenFreeObjects == 0 && player.progress.inferredFrees == 1 && player.validate() == [])
  }

  @Test func headWithAFreeEventIsNotPaired() throws {
    var player = try player([
      event(1, .kmemCacheAlloc, .allocated, slot: 0, bytes: 224, stride: 256, cache: "skbuff", site: "__alloc"),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 512, site: "kmalloc_reserve"),
      event(3, .kfree, .freed, slot: 1, site: "skb_release_data"), event(4, .kmemCacheFree, .freed, slot: 0),
    ])
    _ = try player.play(upTo: 3)
    #expect(live(player, "skbuff_head_cache") == 1)
    _ = try player.play(upTo: 1)
    #expect(live(player, "skbuff_head_cache") == 0 && player.unseenFrees.total == 0)
  }

  @Test func headIsNotFreedWhenItsDataAreReplaced() throws {
    var player = try player([
      event(1, .kmemCacheAlloc, .allocated, slot: 0, bytes: 224, stride: 256, cache: "skbuff", site: "__alloc"),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 512, site: "kmalloc_reserve"),
      event(3, .kfree, .freed, slot: 1, site: "pskb_expand_head"),
    ])
    _ = try player.play(upTo: 3)
    #expect(live(player, "skbuff_head_cache") == 1 && player.unseenFrees.byPair == 0)
  }

  @Test func dataOfAnotherCPUOrAfterTooManyAllocationsAreNotPaired() throws {
    var events = [
      event(1, .kmemCacheAlloc, .allocated, slot: 0, bytes: 224, stride: 256, cache: "skbuff", site: "__alloc"),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 512, site: "kmalloc_reserve", cpu: 1),
      event(3, .kfree, .freed, slot: 1, site: "skb_release_data", cpu: 1),
    ]
    for slot in 1...4 { events.append(event(4, .kmalloc, .allocated, slot: UInt32(slot), bytes: 64)) }
    events.append(event(5, .kmalloc, .allocated, slot: 5, bytes: 512, site: "kmalloc_reserve"))
    events.append(event(6, .kfree, .freed, slot: 5, site: "skb_release_data"))
    var player = try player(events)
    _ = try player.play(upTo: 100)
    #expect(live(player, "skbuff_head_cache") == 1 && player.unseenFrees.byPair == 0)
  }

  @Test func kfreeRCUDelaysFreesByFiveSecondsAndAGracePeriod() throws {
    var events: [AllocationEvent] = [
      event(0, .kmemCacheAlloc, .allocated, slot: 0, bytes: 128, cache: "eventpoll_epi", site: "ep_insert"),
      event(0, .kmemCacheAlloc, .allocated, slot: 1, bytes: 64, cache: "eventpoll_pwq", site: "ep_ptable"),
      event(1_000_000, .kmemCacheFree, .freed, slot: 1, cache: "eventpoll_pwq"),
    ]
    // The delay of 5 seconds is followed by a grace period of two jiffies (8000 microseconds).
    for time in [6_007_999, 6_008_000] { events.append(event(UInt64(time), .kmalloc, .allocated, slot: 1, bytes: 8)) }
    events[4].slot = 2
    var player = try player(events)
    _ = try player.play(upTo: 4)
    #expect(live(player, "eventpoll_epi") == 1)
    _ = try player.play(upTo: 1)
    #expect(live(player, "eventpoll_epi") == 0 && player.unseenFrees.byPair == 1 && player.validate() == [])
  }

  @Test func fullPageOfKfreeRCUIsFreedAfterAGracePeriod() throws {
    var events: [AllocationEvent] = []
    for index in 0..<UInt32(RCUFreeQueue.objectsInPage) {
      events.append(
        event(1, .kmemCacheAlloc, .allocated, slot: index * 2, bytes: 128, cache: "eventpoll_epi", site: "ep_insert"))
      events.append(
        event(1, .kmemCacheAlloc, .allocated, slot: index * 2 + 1, bytes: 64, cache: "eventpoll_pwq", site: "ep_ptable")
      )
    }
    for index in 0..<UInt32(RCUFreeQueue.objectsInPage) {
      events.append(event(2, .kmemCacheFree, .freed, slot: index * 2 + 1, cache: "eventpoll_pwq"))
    }
    var player = try player(events)
    _ = try player.play(upTo: events.count)
    // The page is full at time 2. Its objects become a batch one jiffy later, and the grace period takes two jiffies.
    player.advance(to: 12_001)
    #expect(live(player, "eventpoll_epi") == RCUFreeQueue.objectsInPage)
    player.advance(to: 12_002)
    #expect(live(player, "eventpoll_epi") == 0 && player.validate() == [])
  }

  @Test func reallocatedAddressFreesItsOldObject() throws {
    var player = try player([
      event(1, .kmalloc, .allocated, slot: 0, bytes: 64),
      event(2, .kmalloc, .allocatedOverLive, slot: 0, bytes: 128),
    ])
    _ = try player.play(upTo: 2)
    #expect(live(player, "kmalloc-64") == 0 && live(player, "kmalloc-128") == 1 && player.unseenFrees.byAddress == 1)
    #expect(player.progress.inferredFrees == 1 && player.progress.liveObjects == 1)
    #expect(player.sample().caches.map(\.requestedBytes) == [0, 128] && player.validate() == [])
  }

  @Test func reconciliationFreesTheOldestObjectsDownToTheActiveObjects() throws {
    // The objects need five slabs of 8 objects.
    var events = (0..<40).map { event(UInt64($0), .kmalloc, .allocated, slot: UInt32($0), bytes: 4096) }
    events.append(event(900, .kmalloc, .allocated, slot: 40, bytes: 8))
    let observations = [
      KernelObservation(time: 100, activeObjects: ["kmalloc-4k": 40]),
      KernelObservation(time: 500, activeObjects: ["kmalloc-4k": 16]),
    ]
    var player = try player(events, observations: observations)
    _ = try player.play(upTo: 40)
    player.advance(to: 499)
    #expect(live(player, "kmalloc-4k") == 40 && player.unseenFrees.byReconciliation == 0)
    player.advance(to: 500)
    let cache = try number(player, "kmalloc-4k")
    // The model has 40 active objects, 24 more than the kernel.
    #expect(player.unseenFrees.byReconciliation == 24 && live(player, "kmalloc-4k") == 16)
    #expect(player.model.activeObjects(of: cache) <= 40)
    // The objects were freed between the two samples, at times that differ by 400 ticks.
    #expect(player.unseenFrees.reconciledTicks == UInt64(player.unseenFrees.byReconciliation) * 400)
    _ = try player.play(upTo: 1)
    #expect(player.validate() == [])
  }

  @Test func reconciliationDoesNotFreeObjectsWithFreeEvents() throws {
    var events = (0..<8).map { event(UInt64($0), .kmalloc, .allocated, slot: UInt32($0), bytes: 4096) }
    events += (0..<8).map { event(900, .kfree, .freed, slot: UInt32($0)) }
    var player = try player(events, observations: [KernelObservation(time: 100, activeObjects: ["kmalloc-4k": 0])])
    _ = try player.play(upTo: 8)
    player.advance(to: 200)
    #expect(live(player, "kmalloc-4k") == 8)
    _ = try player.play(upTo: 8)
    #expect(live(player, "kmalloc-4k") == 0 && player.unseenFrees.total == 0)
  }

  private let start = StartingState(caches: [
    StartingState.Cache(
      name: "TCP", stride: 2368, order: 3, objectsPerSlab: 13, activeObjects: 130, totalObjects: 130, slabs: 10),
    StartingState.Cache(
      name: "kmalloc-1k", stride: 1024, order: 2, objectsPerSlab: 16, activeObjects: 150, totalObjects: 160, slabs: 10),
    StartingState.Cache(
      name: "dentry", stride: 192, order: 0, objectsPerSlab: 21, activeObjects: 210, totalObjects: 210, slabs: 10),
  ])

  @Test func cachesStartWithTheSlabsOfTheKernel() throws {
    let player = try player([event(1, .kmalloc, .allocated, slot: 0, bytes: 8)], start: start)
    // The source has no events of dentry. The kmalloc caches are created in any case, because events may lack their names.
    #expect(player.cache(named: "dentry") == nil)
    let tcp = try number(player, "TCP")
    #expect(player.model.slabCount(of: tcp) == 10 && player.model.activeObjects(of: tcp) == 130)
    let general = try number(player, "kmalloc-1k")
    #expect(player.model.activeObjects(of: general) == 150 && player.model.slabBytes(of: general) == 163_840)
    #expect(player.progress.liveObjects == 0 && player.validate() == [])
  }

  @Test func knownOccupancyIsUsedUnchanged() throws {
    var exact = start
    exact.caches[0].occupancy = [
      StartingState.SlabGroup(.node, objectsInUse: 1, count: 4), .init(.full, objectsInUse: 13, count: 6),
    ]
    let player = try player([event(1, .kmalloc, .allocated, slot: 0, bytes: 8)], start: exact)
    #expect(live(player, "TCP") == 82 && player.model.activeObjects(of: 0) == 82 && player.validate() == [])
  }

  @Test func freesOfUnknownObjectsFreeResidents() throws {
    let events =
      (0..<3).map { event(UInt64($0), .kmemCacheFree, .unmatched, slot: AllocationEvent.noSlot, cache: "TCP") }
      + [event(9, .kfree, .unmatched, slot: AllocationEvent.noSlot)]
    var player = try player(events, start: start)
    let before = live(player, "TCP")
    _ = try player.play(upTo: 10)
    #expect(live(player, "TCP") == before - 3 && player.unseenFrees.residentFrees == 3)
    #expect(player.progress.unmatchedFrees == 4 && player.validate() == [])
    // The end of the loop restores the residents.
    _ = try player.play(upTo: 1)
    #expect(player.progress.loops == 1 && live(player, "TCP") == before - 1 && player.validate() == [])
  }

  @Test func residentsAreAdjustedToTheLiveObjectsOfTheKernel() throws {
    let events = [
      event(1, .kmalloc, .allocated, slot: 0, bytes: 8), event(900, .kmalloc, .allocated, slot: 1, bytes: 8),
    ]
    var observations = [
      KernelObservation(time: 100, activeObjects: ["TCP": 200], liveObjects: ["TCP": 190]),
      KernelObservation(time: 200, activeObjects: ["TCP": 200], liveObjects: ["TCP": 60]),
    ]
    var player = try player(events, start: start, observations: observations)
    let before = live(player, "TCP")
    _ = try player.play(upTo: 1)
    player.advance(to: 100)
    #expect(live(player, "TCP") == 190 && player.unseenFrees.allocationsByReconciliation == 190 - before)
    player.advance(to: 200)
    #expect(live(player, "TCP") == 60 && player.unseenFrees.residentFreesByReconciliation == 130)
    #expect(player.progress.liveObjects == 1 && player.validate() == [])
    // The end of the loop restores the residents of the start.
    _ = try player.play(upTo: 1)
    _ = try player.play(upTo: 1)
    #expect(player.progress.loops == 1 && live(player, "TCP") == before && player.validate() == [])
    // Comparisons of policies do not adjust the residents.
    for index in observations.indices { observations[index].includesUnrecordedObjects = false }
    var without = try self.player(events, start: start, observations: observations)
    _ = try without.play(upTo: 1)
    without.advance(to: 200)
    #expect(live(without, "TCP") == before && without.unseenFrees == UnseenFreeCounts())
  }

  @Test func activeObjectsBoundLiveObjectsWithinTheCapacityOfCPULists() throws {
    // Two CPUs with a CPU slab and a partial list of 4 slabs have room for 130 objects, at 13 objects per slab.
    let events = [
      event(1, .kmalloc, .allocated, slot: 0, bytes: 8), event(900, .kmalloc, .allocated, slot: 1, bytes: 8),
    ]
    let observations = [259, 261, 400].enumerated().map {
      KernelObservation(time: UInt64(100 + $0), activeObjects: ["TCP": $1])
    }
    var player = try SLUBPlayer(
      ListSource(events: events, symbols: SLUBPlayerTests.symbols), memoryBytes: 64 << 20, start: start,
      observations: observations)
    let before = live(player, "TCP")
    _ = try player.play(upTo: 1)
    player.advance(to: 100)
    #expect(live(player, "TCP") == before)
    player.advance(to: 101)
    #expect(live(player, "TCP") == before + 1)
    player.advance(to: 102)
    #expect(live(player, "TCP") == before + 140 && player.validate() == [])
  }

  @Test func residentsUseTheClassesOfThePolicy() throws {
    var player = try SLUBPlayer(
      ListSource(events: [event(1, .kmalloc, .allocated, slot: 0, bytes: 1000)], symbols: SLUBPlayerTests.symbols),
      sizes: [8, 2048], memoryBytes: 16 << 20, start: start)
    #expect(player.cache(named: "kmalloc-1k") == nil)
    // 160 objects of 1 KiB, 10 of them free on the node, become 10 slabs of 16 objects of 2 KiB.
    let cache = try number(player, "kmalloc-2k")
    #expect(player.model.totalObjects(of: cache) == 160 && player.model.activeObjects(of: cache) == 150)
    let before = live(player, "kmalloc-2k")
    _ = try player.play(upTo: 1)
    #expect(live(player, "kmalloc-2k") == before + 1 && player.validate() == [])
  }

  @Test func eachLoopStartsWithTheSameLiveObjects() throws {
    let events = (0..<100).map { event(UInt64($0), .kmalloc, .allocated, slot: UInt32($0), bytes: 64) }
    var player = try player(events)
    for _ in 0..<5 { while try player.play(upTo: 64) != 36 {} }
    #expect(player.progress.events == 500 && player.progress.loops == 4 && live(player, "kmalloc-64") == 100)
    #expect(
      player.progress.liveAtEnd == 400 && player.progress.inferredFrees == 0 && player.unseenFrees.atEnd == 400
        && player.progress.elapsedTicks == 495
        && player.validate() == [])
  }

  @Test func freesOfFailedAllocationsAreSkipped() throws {
    var events = (0..<5000).map { event(UInt64($0), .kmalloc, .allocated, slot: UInt32($0), bytes: 4096) }
    events += (0..<5000).map { event(6000, .kfree, .freed, slot: UInt32($0)) }
    events.append(event(7000, .kmalloc, .allocated, slot: 9000, bytes: 64 << 20))
    var player = try player(events)
    _ = try player.play(upTo: 5000)
    #expect(player.progress.failedAllocations == 5000 - 4096)
    _ = try player.play(upTo: 5001)
    #expect(player.progress.skippedFrees == 5000 - 4096 && player.progress.liveObjects == 0)
    #expect(player.sample().largeFailures == 1 && player.validate() == [])
  }

  @Test func onlyDueEventsArePlayed() throws {
    var player = try player(
      (0..<10).map { event(UInt64(100 + $0 * 10), .kmalloc, .allocated, slot: UInt32($0), bytes: 8) })
    #expect(try player.play(untilElapsed: 25, upTo: 100) == 3 && player.progress.elapsedTicks == 20)
    #expect(try player.play(untilElapsed: 25, upTo: 100) == 0)
    #expect(try player.play(untilElapsed: 1000, upTo: 2) == 2 && player.lastEvent?.time == 140)
    #expect(try !player.isAtEnd() && player.play(upTo: 100) == 5)
    #expect(try player.isAtEnd())
  }

  @Test func cachesOfGeneratedEventsAreMerged() throws {
    var player = try SLUBPlayer(WorkloadCatalog.make("web", seed: 1), memoryBytes: 64 << 20)
    while player.progress.events < 50_000 { _ = try player.play(upTo: 4096) }
    // Epoll items, ports and their addresses have 128 bytes and equal flags, so that their caches merge.
    let names = ["eventpoll_epi", "tcp_bind_bucket", "tcp_bind2_bucket"].compactMap { player.cache(named: $0) }
    #expect(names.count > 1 && Set(names).count == 1)
    #expect(player.cache(named: "TCP") != player.cache(named: "skbuff_head_cache") && player.validate() == [])
    var parameters = SLUBParameters()
    parameters.mergesCaches = false
    var apart = try SLUBPlayer(WorkloadCatalog.make("web", seed: 1), parameters: parameters, memoryBytes: 64 << 20)
    while apart.progress.events < 50_000 { _ = try apart.play(upTo: 4096) }
    #expect(apart.cache(named: "tcp_bind_bucket") != apart.cache(named: "tcp_bind2_bucket"))
  }
}

/// Source of a list of events. Allocations without a free event in the list have unseen frees.
struct ListSource: AllocationEventSource {
  let events: [AllocationEvent]
  let symbols: [String]
  var isDone = false

  init(events: [AllocationEvent], symbols: [String]) { (self.events, self.symbols) = (events, symbols) }

  var name: String { "list" }
  var summary: String { "a list of events" }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 2 }
  var hasMergedCaches: Bool { true }

  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    batch = isDone ? [] : events
    isDone = true
  }

  mutating func rewind() { isDone = false }

  func unseenFrees() throws -> UnseenFrees { UnseenFrees(of: events) }
}
