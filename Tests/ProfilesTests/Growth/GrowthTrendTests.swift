import Testing

@testable import Profiles

/// Trend statistics and their use for series of live objects.
struct GrowthTrendTests {
  @Test("The slope is that of the line although a quarter of the points are outliers")
  func robustSlope() {
    let times = (0..<40).map(Double.init)
    let values = times.map { Int($0) % 4 == 3 ? 1e6 : 3 * $0 + 7 }
    #expect(abs(RobustTrend.slope(times, values) - 3) < 0.5)
    #expect(RobustTrend.slope([1, 1], [2, 3]) == 0 && RobustTrend.slope([], []) == 0)
  }

  @Test("Tau is 1 for an increasing series, -1 for a decreasing one, and 0 for a constant one")
  func tau() {
    #expect(RobustTrend.tau([1, 2, 5, 9]) == 1 && RobustTrend.tau([4, 3, 1]) == -1)
    #expect(RobustTrend.tau([2, 2, 2]) == 0 && RobustTrend.tau([]) == 0)
    // 5 of 6 pairs increase, 1 decreases.
    #expect(abs(RobustTrend.tau([1, 2, 4, 3]) - 4.0 / 6) < 1e-12)
  }

  @Test("The rank correlation depends on the order of the values only")
  func rankCorrelation() {
    #expect(RobustTrend.rankCorrelation([1, 2, 30, 400], [5, 6, 7, 8]) == 1)
    #expect(RobustTrend.rankCorrelation([1, 2, 3], [9, 4, 1]) == -1)
    #expect(RobustTrend.rankCorrelation([1, 2, 3], [4, 4, 4]) == nil)
  }

  @Test("A series is interpolated at equal times, and times that step back are left out")
  func resampling() {
    let series = GrowthSeries([
      GrowthSeries.Point(seconds: 0, objects: 0, bytes: 0), GrowthSeries.Point(seconds: 10, objects: 10, bytes: 100),
      GrowthSeries.Point(seconds: 5, objects: 99, bytes: 99), GrowthSeries.Point(seconds: 20, objects: 50, bytes: 500),
    ])
    #expect(series.points.count == 3 && series.seconds == 20)
    #expect(series.point(at: 15).objects == 30 && series.point(at: 5).bytes == 50)
    #expect(series.point(at: -1).objects == 0 && series.point(at: 99).objects == 50)
    let trend = GrowthTrend(series, from: 0.25)
    #expect(trend.points == 3 && trend.seconds == 15 && trend.firstObjects == 5)
  }

  @Test("A single step grows in no third of the time, a line in each")
  func thirds() {
    func trend(_ objects: (Int) -> Double) -> GrowthTrend {
      GrowthTrend(
        GrowthSeries((0..<200).map { GrowthSeries.Point(seconds: Double($0), objects: objects($0), bytes: 0) }), from: 0
      )
    }
    #expect(trend { $0 < 50 ? 0 : 5000 }.growthByThird == [0, 0, 0])
    let line = trend { Double($0) * 3 }
    for growth in line.growthByThird { #expect(abs(growth - 199) < 1e-6) }
    #expect(abs(line.objects - 597) < 1e-6 && line.tau == 1 && line.loadCorrelation == nil)
  }

  @Test("Few moments show growth but not whether it is steady")
  func fewMoments() {
    let points = (0..<4).map { GrowthSeries.Point(seconds: Double($0), objects: Double($0) * 100, bytes: Double($0)) }
    let evidence = GrowthEvidence(trend: GrowthTrend(GrowthSeries(points), from: 0), seconds: 3)
    #expect(evidence.verdict == .grew)
  }

  @Test("Ages inside a bucket are spread evenly up to the longest age")
  func ages() {
    // 8 objects of 4 to 7 microseconds, 10 of 8 to 15; none can be older than 10.
    let ages = LifetimeHistogram([0, 0, 0, 8, 10])
    #expect(ages.count(from: 4, to: 6, longest: 10) == 4 && ages.count(from: 9, to: .infinity, longest: 10) == 5)
    #expect(ages.count(from: 0, to: .infinity, longest: 10) == 18)
    #expect(ages.medianAge(longest: 10) == 8.2 && LifetimeHistogram().medianAge(longest: 10) == nil)
  }
}
