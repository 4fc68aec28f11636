import Foundation
import Profiles
import Recordings
import Testing

@testable import Kernel

struct TracedTrafficTests {
  private static let symbols = ["alloc_file", "filp", "sock_alloc"]

  private func event(
    _ time: UInt64, slot: UInt32, _ outcome: AllocationEvent.Outcome, site: UInt32 = 0, cache: UInt32 = 1,
    bytes: UInt32 = 232,
    kind: AllocationEvent.Kind? = nil, cpu: UInt16 = 0
  ) -> AllocationEvent {
    let allocates = outcome == .allocated || outcome == .allocatedOverLive || outcome == .failed
    return AllocationEvent(
      time: time, slot: slot, requestedBytes: allocates ? bytes : 0,
      allocatedBytes: allocates ? (bytes + 63) / 64 * 64 : 0,
      site: site, cache: cache, cpu: cpu, kind: kind ?? (allocates ? .kmemCacheAlloc : .kmemCacheFree), outcome: outcome
    )
  }

  @Test func countsLiveObjectsFreesAndLossesOfEachReading() throws {
    let none = AllocationEvent.noSlot
    let stream = FakeEventStream(
      [
        ([event(1_000_000, slot: 0, .allocated), event(1_000_010, slot: 1, .allocated)], 0),
        (
          [
            event(1_000_020, slot: 0, .freed, cpu: 1), event(1_000_030, slot: 1, .allocatedOverLive),
            event(1_000_040, slot: none, .unmatched), event(1_000_050, slot: none, .failed),
            event(3_000_000, slot: 0, .allocated, site: 2, cache: AllocationEvent.noCache, bytes: 1000, kind: .kmalloc),
          ], 3
        ), ([], 4),
      ], symbols: TracedTrafficTests.symbols)
    let traffic = try TracedTraffic(stream, becauseOf: "no BPF", readsInBackground: false)
    #expect(stream.calls == ["start"] && traffic.profile == .empty && traffic.status.methodReason == "no BPF")
    try traffic.update(readsObjects: true)
    #expect(
      traffic.balances["filp"]?.liveObjects == 2 && traffic.status.events == 2 && traffic.status.missedEvents == 0)
    try traffic.update(readsObjects: true)
    try traffic.update(readsObjects: true)
    let filp = try #require(traffic.balances["filp"])
    #expect(filp.allocObjects == 3 && filp.liveObjects == 1 && filp.unseenFrees == 1)
    #expect(filp.requestedBytes == 3 * 232 && filp.allocBytes == 3 * 256)
    #expect(traffic.balances["kmalloc-1k"]?.liveObjects == 1)
    let status = traffic.status
    #expect(status.method == .tracefs && status.sampling == 1 && status.missedEvents == 7 && status.events == 7)
    #expect(status.unmatchedFrees == 1 && status.failedAllocations == 1 && status.seconds == 3)
    #expect(status.overheadPercent == nil && traffic.objects.isEmpty)
    let context = AllocationContext(
      site: "alloc_file", cache: "filp", isGeneral: false, requestedBytes: 232, allocatedBytes: 256)
    #expect(traffic.profile[context]?.remoteFrees == 1)
    #expect(traffic.profile.sources.first?.lostEvents == 7)
  }

  @Test func failureOfTheStreamIsThrownAndKeepsTheLastFigures() throws {
    let stream = FakeEventStream(
      [([event(5, slot: 0, .allocated)], 0)], symbols: TracedTrafficTests.symbols, failure: .noTracefs)
    let traffic = try TracedTraffic(stream, becauseOf: nil, readsInBackground: false)
    try traffic.update(readsObjects: false)
    for _ in 0..<2 {
      #expect(throws: TrafficError.tracing(RecorderError.noTracefs.description)) {
        try traffic.update(readsObjects: false)
      }
    }
    #expect(traffic.balances["filp"]?.liveObjects == 1 && stream.calls == ["start", "close"])
  }

  @Test func streamIsClosedWhenTheTrafficIsDestroyed() throws {
    let stream = FakeEventStream([], symbols: [])
    do {
      let traffic = try TracedTraffic(stream, becauseOf: nil, readsInBackground: false)
      try traffic.update(readsObjects: false)
    }
    #expect(stream.calls == ["start", "close"])
  }
}

extension KernelRecorderTests {
  @Test func tracedTrafficCountsTheRunningKernelAndRemovesItsInstance() throws {
    let instances = Set(KernelFile.names(in: "/sys/kernel/tracing/instances"))
    do {
      let traffic = try TracedTraffic(becauseOf: "a test")
      let created = Set(KernelFile.names(in: "/sys/kernel/tracing/instances")).subtracting(instances)
      #expect(created.contains { $0.hasPrefix("slabscope-\(getpid())") })
      // The threads of this process are not traced, but other processes are.
      for _ in 0..<100 where traffic.balances.isEmpty {
        try Process.run(URL(filePath: "/bin/true"), arguments: []).waitUntilExit()
        usleep(50_000)
        try traffic.update(readsObjects: true)
      }
      #expect(traffic.status.events > 0 && !traffic.balances.isEmpty && traffic.status.kernelBytes ?? 0 > 0)
      #expect(traffic.balances.values.allSatisfy { $0.liveObjects <= $0.allocObjects })
      #expect(!traffic.profile.contexts.contains { $0.site.hasPrefix("ffff") })
    }
    #expect(!KernelFile.names(in: "/sys/kernel/tracing/instances").contains { $0.hasPrefix("slabscope-\(getpid())") })
  }
}
