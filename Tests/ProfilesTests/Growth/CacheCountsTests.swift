import Testing

@testable import Profiles

struct CacheCountsTests {
  @Test("Objects of caches with equal names are added up, and caches that appear later have fewer times")
  func series() {
    var counts = CacheCounts()
    for second in 0..<10 {
      var caches = [
        CacheCounts.Cache(name: "filp", activeObjects: 100 * second), CacheCounts.Cache(name: "filp", activeObjects: 1),
      ]
      if second > 6 { caches.append(CacheCounts.Cache(name: "dentry", activeObjects: 7, isReclaimable: true)) }
      counts.add(caches, at: Double(second))
    }
    #expect(counts.series(of: "filp")?.points.map(\.objects) == (0..<10).map { Double(100 * $0 + 1) })
    #expect(counts.series(of: "dentry")?.points.map(\.seconds) == [7, 8, 9])
    #expect(counts.series(of: "vm_area_struct") == nil)
    #expect(counts.isReclaimable("dentry") == true && counts.isReclaimable("filp") == nil)
  }

  @Test("A long watch keeps a bounded number of times at equal intervals")
  func thinning() {
    var counts = CacheCounts()
    for second in 0..<10_000 {
      counts.add([CacheCounts.Cache(name: "filp", activeObjects: second)], at: Double(second))
    }
    let points = counts.series(of: "filp")?.points ?? []
    #expect((256...512).contains(points.count))
    #expect(Set(zip(points, points.dropFirst()).map { $1.seconds - $0.seconds }).count == 1)
    #expect(points.first?.seconds == 0 && points.last?.seconds ?? 0 > 9900)
  }
}

struct CacheGrowthEvidenceTests {
  /// Evidence of 1,000 objects that a call site leaks in a cache that grows by `profiled` objects.
  private func verdict(reported: Double?, profiled: Double = 1000, unseenShare: Double = 0) -> GrowthVerdict? {
    let points = (0...20).map {
      GrowthSeries.Point(seconds: Double($0), objects: 50 * Double($0), bytes: 64 * Double($0))
    }
    return GrowthEvidence(
      trend: GrowthTrend(GrowthSeries(points), from: 0), seconds: 20, unseenShare: unseenShare,
      cacheGrowth: reported.map { GrowthEvidence.CacheGrowth(reported: $0, profiled: profiled) }
    ).verdict
  }

  @Test("Growth is a leak only if the whole cache grew by half of it")
  func contradiction() {
    #expect(verdict(reported: nil) == .growingSteadily)
    #expect(verdict(reported: 990) == .growingSteadily && verdict(reported: 600) == .growingSteadily)
    #expect(verdict(reported: 400) == .freesNotVisible && verdict(reported: -2000) == .freesNotVisible)
  }

  @Test("Unseen frees do not matter if the whole cache grew by all objects that look live")
  func confirmation() {
    #expect(verdict(reported: nil, unseenShare: 0.4) == .freesNotVisible)
    #expect(verdict(reported: 950, unseenShare: 0.4) == .growingSteadily)
    // Another call site of the cache looks as if it grew by 1,000 objects too: one of them does not.
    #expect(verdict(reported: 950, profiled: 2000, unseenShare: 0.4) == .freesNotVisible)
  }
}
