import Recordings
import Testing

@testable import Profiles

/// Moments of sources that are longer than the sampler expects, and totals of all events.
struct MomentTests {
  private func counter(_ events: [AllocationEvent]) -> TrafficCounter {
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(events, symbols: RandomTraffic.symbols)
    return collector.counter
  }

  /// Live objects of each size after each event, counted simply.
  private func liveBySize(_ events: [AllocationEvent]) -> [[Int: Int32]] {
    var (objects, live, result) = ([UInt32: Int](), [Int: Int32](), [[Int: Int32]]())
    for event in events {
      if event.outcome == .freed || event.outcome == .allocatedOverLive,
        let size = objects.removeValue(forKey: event.slot)
      {
        live[size, default: 0] -= 1
      }
      if event.outcome == .allocated || event.outcome == .allocatedOverLive, event.kind == .kmalloc {
        objects[event.slot] = Int(event.requestedBytes)
        live[Int(event.requestedBytes), default: 0] += 1
      }
      result.append(live)
    }
    return result
  }

  /// 300 intervals of 64 events are too many: each two neighbours are merged, with the larger peak of each size.
  @Test("Neighbouring moments are merged without losing a peak")
  func merging() {
    var traffic = RandomTraffic(seed: 31)
    let events = traffic.events(64 * 300)
    let (counter, live) = (counter(events), liveBySize(events))
    let rows = counter.moments.rows
    #expect(rows.map(\.events) == (1...150).map { $0 * 128 })
    for (number, row) in rows.enumerated() {
      // The number of live objects before the first event of the interval counts too.
      let interval = live[max(0, number * 128 - 1)..<(number + 1) * 128]
      for (index, size) in counter.sizeBytes.enumerated() where index < row.peakObjectsBySize.count {
        #expect(row.peakObjectsBySize[index] == interval.map { $0[size] ?? 0 }.max(), "moment \(number), \(size) bytes")
      }
    }
    let last = rows.last.map { $0.liveObjects.reduce(0, +) }
    #expect(last.map(Int.init) == counter.totals.live.objects)
  }

  @Test("An odd last moment is kept and merged at the next time")
  func oddMoments() {
    var sampler = MomentSampler()
    #expect(sampler.eventsLeft == 64 && !sampler.isDue(after: 63) && sampler.isDue(after: 1))
    // 65,536 figures in each moment: at most 32 moments.
    let most = 32
    for number in 1...most {
      sampler.add(
        MomentSampler.Row(
          microseconds: number, events: number * 64, liveObjects: [Int32](repeating: 0, count: 65_535),
          peakObjectsBySize: [number == 31 ? 100 : Int32(number)]))
      if number == most - 1 {
        #expect(sampler.rows.count == 31 && sampler.eventsLeft == 64)
        #expect(!sampler.isDue(after: 63) && sampler.isDue(after: 1))
      }
    }
    #expect(sampler.rows.count == 16 && sampler.eventsLeft == 128)
    #expect(sampler.rows.map(\.events) == (1...16).map { $0 * 128 })
    #expect(sampler.rows.map(\.peakObjectsBySize[0]) == (1...15).map { $0 * 2 } + [100])
    #expect(sampler.rows.last?.microseconds == 32)
  }

  @Test("Totals of all events equal those of a simple count", arguments: [32, 33] as [UInt64])
  func totals(seed: UInt64) {
    var traffic = RandomTraffic(seed: seed)
    let events = traffic.events(3_000)
    let result = counter(events).totals
    var (objects, live, peak, first) =
      ([UInt32: AllocationEvent](), [0, 0, 0], [0, 0, 0], [0, 0, 0])
    var (latest, backwards, across, byCPU) = (events[0].time, 0, 0, [0, 0, 0])
    for (index, event) in events.enumerated() {
      if event.time < latest { backwards += 1 }
      latest = max(latest, event.time)
      byCPU[Int(event.cpu)] += 1
      if event.outcome == .freed || event.outcome == .allocatedOverLive,
        let old = objects.removeValue(forKey: event.slot)
      {
        for (part, bytes) in [1, Int(old.requestedBytes), Int(old.allocatedBytes)].enumerated() { live[part] -= bytes }
        if event.outcome == .freed, old.kind == .kmemCacheAlloc { across += 1 }
      }
      if event.outcome == .allocated || event.outcome == .allocatedOverLive {
        objects[event.slot] = event
        for (part, bytes) in [1, Int(event.requestedBytes), Int(event.allocatedBytes)].enumerated() {
          live[part] += bytes
          if live[part] > peak[part] { (peak[part], first[part]) = (live[part], index + 1) }
        }
      }
    }
    func figures(_ live: TrafficTotals.Live) -> [Int] { [live.objects, live.requestedBytes, live.allocatedBytes] }
    #expect(figures(result.live) == live && figures(result.peak) == peak && figures(result.peakEvents) == first)
    #expect(result.timesBackwards == backwards && result.firstTime == events[0].time && result.lastTime == latest)
    // All frees are kfree, so that objects of named caches are freed by another tracepoint.
    #expect(result.pairsAcrossKinds == across && Array(result.eventsByCPU.prefix(3)) == byCPU)
  }

  @Test("A new interval begins with the live objects, and counts from zero")
  func intervals() {
    var traffic = RandomTraffic(seed: 34)
    let events = traffic.events(4_000)
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    collector.add(Array(events.prefix(2_000)), symbols: RandomTraffic.symbols)
    let live = collector.counter.totals.live
    collector.beginInterval()
    let begun = collector.counter
    #expect(begun.totals.live == live && begun.totals.peak == live && begun.totals.firstTime == nil)
    #expect(begun.events == 0 && begun.now == 0 && begun.failedAllocations == 0 && begun.unmatchedFrees == 0)
    #expect(begun.allocationsByCPU.allSatisfy { $0 == 0 } && begun.lifetimes.allSatisfy { $0 == 0 })
    #expect(begun.freesByCPU.joined().allSatisfy { $0 == 0 } && begun.totals.eventsByCPU.allSatisfy { $0 == 0 })
    #expect(begun.moments.rows.isEmpty && begun.uses.isEmpty && begun.sizes.allSatisfy { $0.peak == $0.live })
    collector.add(Array(events.dropFirst(2_000)), symbols: RandomTraffic.symbols)
    let ended = collector.counter
    #expect(ended.totals.firstTime == events[2_000].time && ended.events == 2_000)
    #expect(ended.totals.live == counter(events).totals.live)
    #expect(ended.totals.eventsByCPU.reduce(0, +) == 2_000)
  }

  /// An object ends with known bytes in use only if they fit into it.
  @Test("Bytes in use are counted by context")
  func uses() {
    func event(_ slot: UInt32, _ outcome: AllocationEvent.Outcome, used: UInt32? = nil) -> AllocationEvent {
      AllocationEvent(
        time: 0, slot: slot, requestedBytes: 60, allocatedBytes: 64, site: 0, cache: AllocationEvent.noCache, cpu: 0,
        kind: outcome == .freed ? .kfree : .kmalloc, outcome: outcome, usedBytes: used)
    }
    var writer = SlabtraceWriter(name: "x", summary: "", usedBytesMethod: .buffer)
    let events =
      (0..<5).map { event($0, .allocated) } + [
        event(0, .freed, used: 40), event(1, .freed, used: 40), event(2, .freed, used: 64),
        event(3, .allocatedOverLive, used: 7), event(4, .freed),
      ]
    writer.append(events, symbols: RandomTraffic.symbols)
    var counts = ImportStatistics()
    (counts.events, counts.cpuCount) = (events.count, 1)
    let bytes = writer.finish(symbols: RandomTraffic.symbols, counts: counts)
    guard let recording = try? Recording(bytes: bytes, name: "x") else { return #expect(Bool(false), "unreadable") }
    var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
    #expect((try? AllocationProfile.read(recording, into: &collector) { _ in }) != nil)
    #expect(collector.counter.uses == [40: 2, 64: 1, 7: 1])
  }
}
