import Foundation
import Kernel
import Profiles
import Recordings
import Testing

@testable import slabscope

/// Traffic of a kernel that does not exist: one call site leaks, one frees its objects without an event, one only churns.
private final class SyntheticTraffic: KernelTraffic {
  private var collector = AllocationProfileCollector(ticksPerSecond: 1_000_000)
  private var slots = SlotAllocator()
  private(set) var profile = AllocationProfile.empty
  private(set) var status = TrafficStatus(method: .bpf)
  let objects: [WatchedObject] = []
  let balances: [String: CacheTraffic] = [:]
  /// Number of updates, each of which is a second later than the one before it.
  private(set) var updates = 0
  /// Update that fails; nil if none does.
  var failingUpdate: Int?

  private static let symbols = [
    "leak+0x1/0x2", "bulk+0x1/0x2", "churn+0x1/0x2", "filp", "skbuff_head_cache", "vm_area",
  ]

  private func event(_ time: Int, _ site: UInt32, _ slot: UInt32, _ outcome: AllocationEvent.Outcome) -> AllocationEvent
  {
    let allocates = outcome == .allocated
    return AllocationEvent(
      time: UInt64(time), slot: slot, requestedBytes: allocates ? 256 : 0, allocatedBytes: allocates ? 256 : 0,
      site: site, cache: allocates ? site + 3 : AllocationEvent.noCache, cpu: 0,
      kind: allocates ? .kmemCacheAlloc : .kmemCacheFree, outcome: outcome, usedBytes: nil)
  }

  func update(readsObjects: Bool) throws(TrafficError) {
    if updates == failingUpdate { throw .tracing("the tracer ended") }
    var events: [AllocationEvent] = []
    for millisecond in updates * 1000..<(updates + 1) * 1000 {
      let (time, slot) = (millisecond * 1000, slots.allocate())
      events.append(event(time, 2, slot, .allocated))
      if millisecond % 10 == 0 { events.append(event(time + 100, 0, slots.allocate(), .allocated)) }
      if millisecond % 5 == 0 { events.append(event(time + 200, 1, slots.allocate(), .allocated)) }
      events.append(event(time + 900, 2, slot, .freed))
      slots.free(slot)
    }
    collector.add(events, symbols: SyntheticTraffic.symbols)
    updates += 1
    (status.seconds, status.events) = (Double(updates), status.events + events.count)
    profile = collector.profile(name: "kernel")
  }

  /// The kernel's own counts: the objects of `bulk` are freed.
  var counts: [CacheCounts.Cache] {
    [
      CacheCounts.Cache(name: "filp", activeObjects: 5000 + 100 * updates),
      CacheCounts.Cache(name: "skbuff_head_cache", activeObjects: 700 + updates * updates % 7),
      CacheCounts.Cache(name: "vm_area", activeObjects: 9000),
    ]
  }
}

struct KernelWatchTests {
  private static func watch(
    updates: Int, failingUpdate: Int? = nil, counts: ((SyntheticTraffic) throws -> [CacheCounts.Cache])?
  ) throws -> KernelWatch.Result {
    let traffic = SyntheticTraffic()
    traffic.failingUpdate = failingUpdate
    let watch = KernelWatch(traffic, seconds: 1e6, readCounts: counts.map { counts in { try counts(traffic) } })
    var waits = 0
    return try watch.run { _ in
      waits += 1
      return waits == updates
    }
  }

  @Test("Growth that the kernel's own counts contradict is no leak, although its frees are not visible")
  func contradictedGrowth() throws {
    let result = try KernelWatchTests.watch(updates: 20) { $0.counts }
    let report = LeakInput.report(of: result, leastAge: 0)
    #expect(report.suspects.map(\.site) == ["leak+0x1/0x2", "bulk+0x1/0x2"])
    #expect(report.suspects.map(\.verdict) == [.growingSteadily, .freesNotVisible])
    #expect(abs((report.suspects[0].cacheGrowthObjects ?? 0) - report.suspects[0].growthObjects) < 50)
    #expect(abs(report.suspects[1].cacheGrowthObjects ?? .max) < 10 && report.suspects[1].growthObjects > 2500)
    let text = LeakText(report, inputs: ["kernel"], leastAge: 0).text
    #expect(text.contains("1 suspect may leak") && text.contains("evidence"))
  }

  @Test("Without the kernel's own counts, both call sites are suspect and the reason is a problem of the watch")
  func missingCounts() throws {
    let result = try KernelWatchTests.watch(updates: 20) { _ in
      throw Failure.failed("/proc/slabinfo: permission denied")
    }
    #expect(result.counts.count == 0)
    #expect(
      result.problems == [
        "growth was not compared with the kernel's own counts of objects: /proc/slabinfo: permission denied"
      ])
    let report = LeakInput.report(of: result, leastAge: 0)
    #expect(report.suspects.map(\.verdict) == [.growingSteadily, .growingSteadily])
  }

  @Test("A watch that is ended early, or whose traffic fails, has the figures up to then")
  func earlyEnd() throws {
    let ended = try KernelWatchTests.watch(updates: 3, counts: nil)
    #expect(ended.status.seconds == 3 && ended.profile.events == ended.status.events && ended.problems.isEmpty)
    #expect(LeakText.conclusion(LeakInput.report(of: ended, leastAge: 0)).contains("were examined"))
    let failed = try KernelWatchTests.watch(updates: 20, failingUpdate: 5, counts: nil)
    #expect(failed.status.seconds == 5)
    #expect(failed.problems == ["the watch ended after 5 s: tracing allocations is not possible: the tracer ended"])
    let none = #expect(throws: Failure.self) {
      try KernelWatchTests.watch(updates: 20, failingUpdate: 0, counts: nil)
    }
    #expect(none?.isUsage == false && none?.description.hasPrefix("kernel: ") == true)
  }

  @Test("The quality of the figures is part of the JSON and of the notes")
  func quality() throws {
    var status = TrafficStatus(method: .tracefs)
    #expect(status.notes.isEmpty)
    (status.sampling, status.missedEvents, status.events) = (4, 3, 997)
    status.methodReason = "it has no BTF"
    #expect(status.notes.count == 3 && status.notes[2] == "3 of 1000 events were missed")
    var identity = InputIdentity(.kernel)
    identity.watch = status
    let json = try JSONText.text(of: identity)
    #expect(json.contains("\"sampling\" : 4") && json.contains("\"method\" : \"tracefs\""))
    #expect(!json.contains("overhead_percent"))
  }
}
