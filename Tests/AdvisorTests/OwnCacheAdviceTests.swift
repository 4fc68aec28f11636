import Profiles
import Recordings
import Testing
import Workloads

@testable import Advisor

@Suite struct OwnCacheAdviceTests {
  /// The call site allocates objects of 600 bytes from a class of 1,024 bytes, so its own cache needs less slab memory.
  @Test func ownCacheIsProposedForCallSiteWithInternalFragmentation() throws {
    let source = PipeSource()
    let profile = try AllocationProfile(of: source, upTo: PipeSource.eventCount)
    let advice = try OwnCacheAdvice(
      profile, base: .powerOfTwo, ReplayRunner(for: source, events: PipeSource.eventCount))
    let proposal = try #require(advice.proposals.first)
    #expect(proposal.cache == Policy.OwnCache(site: "pipe+0x10", name: "pipe") && proposal.bytes == 600)
    // 1,000 objects need 600 instead of 1,024 bytes each.
    #expect(proposal.meanChange < -200_000 && proposal.peakChange < -300_000)
    #expect(proposal.verdict == .proven || proposal.verdict == .provenByBytes)
    #expect(proposal.text.hasPrefix("own cache for pipe+0x10, 600 bytes: -"))
    #expect(advice.advised.own == [proposal.cache])
    let together = try #require(advice.meanChangeTogether)
    #expect(together == proposal.meanChange)
  }

  /// The model of Linux does not support additional caches, so the size classes of Linux are replayed on the engine.
  @Test func sizeClassesOfLinuxAreReplayedOnEngine() throws {
    let source = PipeSource()
    let profile = try AllocationProfile(of: source, upTo: PipeSource.eventCount)
    let advice = try OwnCacheAdvice(
      profile, base: .linux, ReplayRunner(for: source, events: PipeSource.eventCount))
    #expect(advice.policy.slub == nil && advice.policy.generalCacheSizes == Policy.linux.generalCacheSizes)
    #expect(advice.proposals.count == 1)
  }
}

/// Source with one call site that allocates 1,000 objects of one size and frees them later.
private struct PipeSource: AllocationEventSource {
  static let eventCount = 2000
  private var isDone = false
  var name: String { "pipes" }
  var summary: String { "objects of one size" }
  var symbols: [String] { ["pipe+0x10"] }
  var ticksPerSecond: UInt64 { 1_000_000 }
  var cpuCount: Int { 1 }

  mutating func nextBatch(into batch: inout [AllocationEvent]) {
    batch =
      isDone
      ? []
      : (0..<PipeSource.eventCount).map { number in
        let isFree = number >= PipeSource.eventCount / 2
        return AllocationEvent(
          time: UInt64(number) * 1000, slot: UInt32(number % (PipeSource.eventCount / 2)),
          requestedBytes: isFree ? 0 : 600,
          allocatedBytes: isFree ? 0 : 1024, site: 0, cache: AllocationEvent.noCache, cpu: 0,
          kind: isFree ? .kfree : .kmalloc, outcome: isFree ? .freed : .allocated)
      }
    isDone = true
  }

  mutating func rewind() { isDone = false }
}
