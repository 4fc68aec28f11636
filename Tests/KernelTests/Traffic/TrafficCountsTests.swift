import Profiles
import Testing

@testable import Kernel

@Suite struct TrafficCountsTests {
  private static let words = TrafficCounts.bytes / 4

  @Test func countersOfAllCPUsAreAddedUp() {
    var now = [UInt32](repeating: 0, count: 2 * Self.words)
    for (word, value) in [(0, 7), (2, 6), (4, 3), (6, 2), (8, 1), (10, 5)] {
      now[word] = UInt32(value)
      now[Self.words + word] = 1
    }
    now[12] = 4
    now[Self.words + 12 + 39] = 9
    let counts = TrafficCounts(now[...], since: [])
    #expect(counts.allocations == 8 && counts.followed == 7 && counts.frees == 4 && counts.remoteFrees == 3)
    #expect(counts.unseenFrees == 2 && counts.moved == 6)
    #expect(counts.lifetimes[0] == 4 && counts.lifetimes[39] == 9 && counts.lifetimes.reduce(0, +) == 13)
  }

  @Test func wordsThatWrapAroundStillIncrease() {
    var before = [UInt32](repeating: 0, count: Self.words)
    var now = before
    (before[0], before[1]) = (UInt32.max, 0)
    (now[0], now[1]) = (4, 1)
    before[12] = UInt32.max - 1
    now[12] = 3
    let counts = TrafficCounts(now[...], since: before[...])
    #expect(counts.allocations == 5)
    #expect(counts.lifetimes[0] == 5)
    #expect(TrafficCounts(now[...], since: now[...]).isZero)
  }

  @Test func sumsOfAllCPUsAndAllocationsByCPU() {
    let (sums, byCPU) = TrafficSums.decode([1, 2, 3, 4, 5, 6, 7, 10, 20, 30, 40, 50, 60, 70], cpus: 2)
    #expect(sums.allocations == 11 && sums.frees == 22 && sums.failedAllocations == 33)
    #expect(sums.withoutContext == 44 && sums.notFollowed == 55 && sums.unmatchedFrees == 66 && sums.withoutStack == 77)
    #expect(byCPU == [1, 10])
  }

  @Test func recordsOfGeneralAndNamedCaches() throws {
    var bytes = [UInt8](repeating: 0, count: TrafficRecord.bytes)
    func set(_ offset: Int, _ values: UInt8...) { bytes.replaceSubrange(offset..<offset + values.count, with: values) }
    set(0, 0x10, 0x20)
    set(8, 2)
    set(16, 50)
    set(20, 64)
    set(28, 0xff, 0xff, 0xff, 0xff)
    #expect(bytes.withUnsafeBytes { TrafficRecord($0) } == nil, "not complete")
    set(40, 1)
    let general = try #require(bytes.withUnsafeBytes { TrafficRecord($0) })
    #expect(general.site == 0x2010 && general.kind == .cgroup)
    #expect(general.requestedBytes == 50 && general.allocatedBytes == 64)
    #expect(general.usedBytes == nil && general.stack == nil && general.cacheName == "")
    set(9, 0x80)
    set(24, 128)
    set(28, 5, 0, 0, 0)
    set(32, 40)
    set(36, 48)
    set(44, 0x66, 0x69, 0x6c, 0x70)
    let named = try #require(bytes.withUnsafeBytes { TrafficRecord($0) })
    #expect(named.kind == nil && named.cacheName == "filp" && named.usedBytes == 128 && named.stack == 5)
    #expect(named.requestedBytes == 40 && named.allocatedBytes == 48)
    #expect(bytes.dropLast().withUnsafeBytes { TrafficRecord($0) } == nil, "too short")
  }

  @Test func chosenAddressesAreNestedAndOfTheirShare() {
    let addresses = (0..<64_000).map { 0xffff_8880_0000_0000 + UInt64($0) * 64 }
    for (shift, sparser) in [(0, 2), (2, 4), (4, 6)] {
      #expect(
        addresses.allSatisfy {
          !FollowedObject.isChosen($0, shift: sparser) || FollowedObject.isChosen($0, shift: shift)
        })
    }
    for shift in SamplingChoice.shifts {
      let count = addresses.count { FollowedObject.isChosen($0, shift: shift) }
      #expect(abs(count << shift - addresses.count) < addresses.count / 10, "1 in \(1 << shift)")
    }
  }

  @Test func samplingKeepsTheLimitOfTheOverhead() {
    func chosen(_ rate: Int, cpus: Int = 2, maximum: Double = 5) -> Int {
      // As many frees as allocations, over two seconds.
      SamplingChoice.shift(
        events: 4 * rate, allocations: 2 * rate, seconds: 2, cpus: cpus, maximumPercent: maximum)
    }
    #expect(chosen(0) == 0 && chosen(10_000) == 0 && chosen(150_000) == 0)
    #expect(chosen(300_000) == 2 && chosen(600_000) == 4)
    #expect(chosen(600_000, cpus: 8) == 0 && chosen(150_000, maximum: 1) == 6)
    #expect(chosen(5_000_000) == 6, "no sampling is enough, and the sparsest is taken")
    func next(_ shift: Int, overhead: Double?, load: Double = 0) -> Int {
      SamplingChoice.nextShift(shift, overheadPercent: overhead, maximumPercent: 5, load: load)
    }
    #expect(next(0, overhead: 4.9) == 0 && next(0, overhead: 5.1) == 2 && next(6, overhead: 50) == 6)
    #expect(next(2, overhead: nil) == 2 && next(2, overhead: nil, load: 0.8) == 4)
  }

  @Test func generalCachesHaveTheNamesOfTheKernel() {
    let known: Set = ["kmalloc-64", "kmalloc-cg-64", "kmalloc-8k"]
    #expect(GeneralCacheName.name(of: .cgroup, bytes: 64, known: known) == "kmalloc-cg-64")
    #expect(GeneralCacheName.name(of: .cgroup, bytes: 8192, known: known) == "kmalloc-8k")
    #expect(GeneralCacheName.name(of: .dma, bytes: 64, known: known) == "kmalloc-64")
    #expect(GeneralCacheName.name(of: .normal, bytes: 16384, known: known) == AllocationContext.largeRequests)
    #expect(GeneralCacheName.name(of: .reclaimable, bytes: 1024, known: []) == "kmalloc-rcl-1k")
    #expect(GeneralCacheName.name(of: .normal, bytes: 16384, known: []) == AllocationContext.largeRequests)
  }
}
