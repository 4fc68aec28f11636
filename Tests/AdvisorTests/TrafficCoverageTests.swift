import Foundation
import Recordings
import Testing

@testable import Advisor

/// The part of the traffic that advice takes into account.
@Suite struct TrafficCoverageTests {
  /// 120 objects by size and 80 of a named cache. 30 of the objects by size are allocated over live ones.
  private struct Traffic: AllocationEventSource {
    private var isDone = false
    var name: String { "traffic" }
    var summary: String { "" }
    var symbols: [String] { ["caller+0x10", "inode_cache"] }
    var ticksPerSecond: UInt64 { 1_000_000 }
    var cpuCount: Int { 1 }

    mutating func nextBatch(into batch: inout [AllocationEvent]) {
      func event(
        _ slot: Int, cache: UInt32, bytes: UInt32, _ kind: AllocationEvent.Kind, _ outcome: AllocationEvent.Outcome
      )
        -> AllocationEvent
      {
        AllocationEvent(
          time: 0, slot: UInt32(slot), requestedBytes: bytes, allocatedBytes: bytes, site: 0, cache: cache, cpu: 0,
          kind: kind, outcome: outcome)
      }
      let none = AllocationEvent.noCache
      batch = isDone ? [] : (0..<90).map { event($0, cache: none, bytes: 64, .kmalloc, .allocated) }
      if !isDone {
        batch += (0..<30).map { event($0, cache: none, bytes: 64, .kmalloc, .allocatedOverLive) }
        batch += (90..<170).map { event($0, cache: 1, bytes: 192, .kmemCacheAlloc, .allocated) }
        batch += (0..<50).map { event($0, cache: none, bytes: 0, .kfree, .freed) }
      }
      isDone = true
    }

    mutating func rewind() { isDone = false }
  }

  @Test func sharesOfGeneralCachesAndUnseenFreesAreCounted() throws {
    let report = try AdviceReport(for: Traffic(), events: 250, AdviceOptions())
    let coverage = report.advice.coverage
    #expect((coverage.allocations, coverage.generalAllocations) == (200, 120) && coverage.generalShare == 0.6)
    #expect((coverage.allocatedBytes, coverage.generalAllocatedBytes) == (120 * 64 + 80 * 192, 120 * 64))
    #expect(coverage.unseenFrees == 30 && coverage.liveAtEnd == 120 && coverage.unknownSizes == 0)
    #expect(coverage.lostEvents == nil)
    let line = "120 of 200 allocations (60.0 %) and 7680 of 23040 allocated bytes (33.3 %) are requests by size"
    #expect(report.text.contains(line) && AdviceReport.html([report]).contains(line))
    let json = try #require(JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["coverage"] as? [String: Any])
    #expect(found["general_allocations"] as? Int == 120 && found["unseen_frees"] as? Int == 30)
    #expect(found["lost_events"] == nil)
  }
}
