import Recordings
import SlabEngine
import Testing

@testable import Workloads

@Suite struct PlayerTests {
  @Test(arguments: WorkloadCatalog.workloads.map(\.name), Policy.presets)
  func replayIsDeterministic(name: String, policy: Policy) throws {
    let samples = try (0..<2).map { _ in
      var player = try Player(WorkloadCatalog.make(name, seed: 5), policy: policy, memoryBytes: 64 << 20, seed: 5)
      while player.progress.events < 100_000 { _ = try player.play(upTo: 100_000 - player.progress.events) }
      #expect(player.progress.stampMismatches == 0 && player.progress.failedAllocations == 0)
      #expect(player.engine.validate() == [])
      return player.engine.sample()
    }
    #expect(samples[0] == samples[1])
    #expect(samples[0].caches.reduce(0) { $0 + $1.liveObjects } > 0)
  }

  @Test func loopStartsWithoutLiveObjects() throws {
    let events = [
      event(0, .kmemCacheAlloc, .allocated, slot: 0, bytes: 100, cache: 0), event(1, .kfree, .unmatched),
      event(2, .kmalloc, .allocated, slot: 1, bytes: 5), event(3, .kmalloc, .allocatedOverLive, slot: 1, bytes: 3000),
      event(4, .kfree, .freed, slot: 0), event(5, .kmemCacheAlloc, .allocated, slot: 0, bytes: 64, cache: 0),
      event(6, .kmalloc, .failed, bytes: 9), event(7, .kfree, .null),
    ]
    var player = try Player(FixedSource(events: events), policy: .powerOfTwo, memoryBytes: 8 << 20)
    _ = try player.play(upTo: 8)
    #expect(try player.isAtEnd())
    #expect(player.progress.liveObjects == 2 && player.progress.loops == 0)
    // Each size of a name has its own cache.
    #expect(["sock", "sock/64"].allSatisfy { player.engine.cache(named: $0) != nil })
    for _ in 0..<5 { _ = try player.play(upTo: 1) }
    #expect(player.progress.loops == 1 && player.progress.events == 13 && player.progress.unmatchedFrees == 2)
    #expect(player.progress.elapsedTicks == 7 + 4)
    #expect(player.engine.validate() == [])
  }

  @Test func objectsLiveAtTheEndAreNotCapturedAsFreed() throws {
    // Three of ten objects are freed. The others include a large object and an object of a named cache.
    var events = (0..<8).map { event(UInt64($0), .kmalloc, .allocated, slot: UInt32($0), bytes: 100) }
    events.append(event(8, .kmemCacheAlloc, .allocated, slot: 8, bytes: 64, cache: 0))
    events.append(event(9, .kmalloc, .allocated, slot: 9, bytes: 3 << 20))
    events += (0..<3).map { event(UInt64(10 + $0), .kfree, .freed, slot: UInt32($0)) }
    var player = try Player(FixedSource(events: events), policy: .hemment, memoryBytes: 32 << 20)
    for pass in 1...10 {
      while player.progress.events < pass * events.count { _ = try player.play(upTo: 4) }
    }
    #expect(player.progress.loops == 9 && player.progress.liveObjects == 7 && player.progress.liveAtEnd == 63)
    #expect(player.progress.inferredFrees == 0 && player.engine.validate() == [])
    #if Capture
      let report = try #require(player.engine.captureReport())
      #expect(report.contexts.count == 3 && report.contexts.reduce(0) { $0 + $1.allocations } == 100)
      #expect(report.contexts.reduce(0) { $0 + $1.frees } == 30)
      #expect(report.contexts.reduce(0) { $0 + $1.unseenFrees } == 9 * 7)
      #expect(report.freesByCPU == [[30]])
      // The requested bytes of live objects do not grow from loop to loop.
      #expect(player.engine.sample().caches.reduce(0) { $0 + $1.requestedBytes } == 5 * 100 + 64)
    #endif
  }

  @Test(arguments: [1, 7, 8, 12, 16, 100])
  func damagedObjectIsDetectedAtEveryByte(bytes: Int) throws {
    for damaged in [0, bytes - 1] {
      let events = [
        event(0, .kmalloc, .allocated, slot: 0, bytes: bytes), event(1, .kmalloc, .allocated, slot: 1, bytes: bytes),
        event(2, .kfree, .freed, slot: 0), event(3, .kfree, .freed, slot: 1),
      ]
      var player = try Player(FixedSource(events: events), policy: .powerOfTwo, memoryBytes: 8 << 20)
      _ = try player.play(upTo: 2)
      // The replay checks the object in slot 1, so that the damage must be in that object.
      let object = player.object(inSlot: 1)
      let victim = try #require(object)
      victim.storeBytes(
        of: victim.load(fromByteOffset: damaged, as: UInt8.self) ^ 0x5A, toByteOffset: damaged, as: UInt8.self)
      _ = try player.play(upTo: 2)
      #expect(player.progress.stampMismatches == 1)
      #expect(player.progress.firstMismatch?.contains("allocated by event 1, freed by event 3") == true)
    }
  }

  @Test func failedAllocationsAreCountedAndReplayContinues() throws {
    var player = try Player(WorkloadCatalog.make("burst", seed: 1), policy: .powerOfTwo, memoryBytes: 4 << 20)
    while player.progress.events < 300_000 { _ = try player.play(upTo: 10_000) }
    let progress = player.progress
    #expect(progress.failedAllocations > 0 && progress.skippedFrees > 0 && progress.stampMismatches == 0)
    #expect(player.engine.validate() == [])
  }

  @Test func onlyDueEventsArePlayed() throws {
    let events = (0..<10).map { event(UInt64(100 + $0 * 10), .kmalloc, .allocated, slot: UInt32($0), bytes: 8) }
    var player = try Player(FixedSource(events: events), policy: .powerOfTwo, memoryBytes: 8 << 20)
    #expect(try player.play(untilElapsed: 0, upTo: 100) == 1)
    #expect(try player.play(untilElapsed: 35, upTo: 100) == 3)
    #expect(try player.play(untilElapsed: 35, upTo: 100) == 0)
    #expect(try player.play(untilElapsed: .max, upTo: 100) == 6)
    // The next loop starts at the end of this loop.
    #expect(try player.play(untilElapsed: 89, upTo: 100) == 0)
    #expect(try player.play(untilElapsed: 90, upTo: 100) == 1)
  }

  @Test func clockKeepsItsPositionWhenTheSpeedChanges() {
    var clock = PlaybackClock(ticksPerSecond: 1_000_000)
    clock.advance(nanoseconds: 1_000_000)
    #expect(clock.dueTicks == 1000)
    clock.setSpeed(PlaybackSpeed.normal.stepped(by: -3))
    #expect(clock.speed.description == "x1/8")
    clock.advance(nanoseconds: 8_000_000)
    #expect(clock.dueTicks == 2000)
    clock.setSpeed(PlaybackSpeed.normal.stepped(by: 6))
    clock.advance(nanoseconds: 60_000_000_000)
    #expect(clock.dueTicks == 2000 + 250_000 * 64)
    clock.setSpeed(clock.speed.stepped(by: 99))
    #expect(clock.speed == .maximum && clock.dueTicks == .max)
    #expect(PlaybackSpeed.all.map(\.description).first == "x1/8" && PlaybackSpeed.all.count == 11)
  }

  private func event(
    _ time: UInt64, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome,
    slot: UInt32 = AllocationEvent.noSlot,
    bytes: Int = 0, cache: UInt32 = AllocationEvent.noCache
  ) -> AllocationEvent {
    AllocationEvent(
      time: time, slot: slot, requestedBytes: UInt32(bytes), allocatedBytes: UInt32(bytes), site: 0, cache: cache,
      cpu: 0,
      kind: kind, outcome: outcome)
  }
}

/// Source of a fixed list of events.
private struct FixedSource: AllocationEventSource {
  let events: [AllocationEvent]
  var isDone = false
  init(events: [AllocationEvent]) { self.events = events }
  var name: String { "fixed" }
  var summary: String { "a handful of events" }
  var symbols: [String] { ["sock"] }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 1 }
  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    batch = isDone ? [] : events
    isDone = true
  }
  mutating func rewind() { isDone = false }
}
