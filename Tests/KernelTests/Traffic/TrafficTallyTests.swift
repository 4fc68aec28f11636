import Profiles
import Testing

@testable import Kernel

@Suite struct TrafficTallyTests {
  private static let context = AllocationContext(
    site: "f+0x1/0x2", cache: "kmalloc-64", isGeneral: true, requestedBytes: 50, allocatedBytes: 64)
  private static let source = ProfileSource(name: "host", events: 10, microseconds: 2_000_000)

  private static func counts(
    allocations: Int = 0, followed: Int = 0, frees: Int = 0, remote: Int = 0, unseen: Int = 0, moved: Int = 0
  ) -> TrafficCounts {
    var counts = TrafficCounts()
    (counts.allocations, counts.followed, counts.frees) = (allocations, followed, frees)
    (counts.remoteFrees, counts.unseenFrees, counts.moved) = (remote, unseen, moved)
    counts.lifetimes[3] = frees
    return counts
  }

  private static func profile(_ tally: TrafficTally) -> AllocationProfile {
    tally.profile(
      source: source, ages: [], sums: TrafficSums(), allocationsByCPU: [7, 3], freesByCPU: [[1, 2], [0, 1]]
    )
    .profile
  }

  @Test func withoutSamplingAllCountsAreThoseOfTheProgram() throws {
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 10, followed: 10, frees: 4, remote: 1, unseen: 2), to: 0)
    tally.endReading(microseconds: 1_000_000, events: 14)
    tally.add(Self.counts(frees: 1), to: 0)
    tally.endReading(microseconds: 2_000_000, events: 15)
    let profile = Self.profile(tally)
    let figures = try #require(profile[Self.context])
    #expect(figures.allocObjects == 10 && figures.requestedBytes == 500 && figures.allocBytes == 640)
    #expect(figures.freeObjects == 5 && figures.remoteFrees == 1 && figures.unseenFrees == 2)
    #expect(figures.liveObjects == 3 && figures.liveBytes == 192 && figures.liveRequestedBytes == 150)
    #expect(figures.lifetimes.count == 5)
    #expect(figures.liveObjectMicroseconds == 4_000_000 + 3_000_000)
    #expect(profile.allocObjectsByCPU == [7, 3] && profile.freesByCPU == [[1, 2], [0, 1]])
    #expect(profile.momentsByTime.map(\.liveObjects) == [[4], [3]])
    #expect(profile.sizes == [50] && profile.momentsByTime.map(\.peakObjectsBySize) == [[4], [3]])
  }

  @Test func objectsThatAreNotFollowedAreNotReportedAsFreed() throws {
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 10, followed: 7, frees: 4), to: 0)
    tally.endReading(microseconds: 1_000_000, events: 14)
    let figures = try #require(Self.profile(tally)[Self.context])
    #expect(figures.allocObjects == 10 && figures.liveObjects == 3 && figures.freeObjects == 4)
  }

  @Test func withSamplingEndsAreMultipliedAndAllocationsStayExact() throws {
    var tally = TrafficTally()
    tally.setShift(4)
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 1000, followed: 60, frees: 40, remote: 10, unseen: 5), to: 0)
    tally.endReading(microseconds: 1_000_000, events: 1640)
    let figures = try #require(Self.profile(tally)[Self.context])
    #expect(figures.allocObjects == 1000)
    #expect(figures.liveObjects == 15 * 16)
    #expect(figures.unseenFrees == 5 * 16)
    #expect(figures.freeObjects == 1000 - 15 * 16 - 5 * 16)
    // The lifetimes and the remote frees keep their proportions.
    #expect(figures.lifetimes.count == figures.freeObjects)
    #expect(figures.remoteFrees == figures.freeObjects / 4)
  }

  @Test func fewerObjectsStandForMoreAfterTheSamplingChanges() throws {
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 640, followed: 640), to: 0)
    tally.endReading(microseconds: 1_000_000, events: 640)
    tally.setShift(6)
    for _ in 0..<630 { tally.drop(from: 0) }
    tally.endReading(microseconds: 2_000_000, events: 640)
    let figures = try #require(Self.profile(tally)[Self.context])
    #expect(tally.followedObjects == 10)
    #expect(figures.liveObjects == 640 && figures.freeObjects == 0)
  }

  @Test func objectsWithKnownUseAreAContextOfTheirOwn() throws {
    var used = Self.context
    used.usedBytes = 64
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.addContext(used)
    tally.add(Self.counts(allocations: 10, followed: 10, frees: 1, moved: 6), to: 0)
    tally.add(Self.counts(frees: 6), to: 1)
    tally.endReading(microseconds: 1_000_000, events: 17)
    let profile = Self.profile(tally)
    let base = try #require(profile[Self.context])
    let known = try #require(profile[used])
    #expect(base.allocObjects == 4 && base.freeObjects == 1 && base.liveObjects == 3)
    #expect(known.allocObjects == 6 && known.freeObjects == 6 && known.liveObjects == 0)
    #expect(profile.rows(by: .cache).map(\.figures.allocObjects) == [10])
  }

  @Test func numbersWithoutAllocationsAreNoContexts() {
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 3, followed: 3), to: 1)
    tally.endReading(microseconds: 1_000_000, events: 3)
    let (profile, indices) = tally.profile(
      source: Self.source, ages: [], sums: TrafficSums(), allocationsByCPU: [], freesByCPU: [])
    #expect(profile.contexts == [Self.context] && indices == [nil, 0])
    #expect(tally.balances["kmalloc-64"]?.allocObjects == 3)
    #expect(tally.balances["kmalloc-64"]?.liveObjects == 3)
  }

  @Test func moreLiveObjectsThanAllocationsAreNeverReported() throws {
    // The counters of the CPUs are not read at the same instant.
    var tally = TrafficTally()
    tally.addContext(Self.context)
    tally.add(Self.counts(allocations: 1, followed: 2, frees: 5), to: 0)
    tally.endReading(microseconds: 1_000_000, events: 3)
    let figures = try #require(Self.profile(tally)[Self.context])
    #expect(figures.liveObjects == 0 && figures.freeObjects == 1)
  }

  @Test(arguments: [1, 255, 256, 600, 5000])
  func momentsAreBoundedAndTheLastIsRecent(readings: Int) throws {
    var tally = TrafficTally()
    tally.addContext(Self.context)
    for reading in 1...readings {
      tally.add(Self.counts(allocations: 1, followed: 1), to: 0)
      tally.endReading(microseconds: reading * 1_000_000, events: reading)
    }
    let moments = Self.profile(tally).momentsByTime
    #expect(moments.count <= AllocationProfile.momentCount && !moments.isEmpty)
    #expect(moments.allSatisfy { Int($0.liveObjects[0]) == $0.events })
    let last = try #require(moments.last)
    #expect(readings - last.events < max(1, readings / 50))
  }
}
