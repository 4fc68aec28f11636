/// Trend of a ``GrowthSeries``: how fast it grows, how steadily, and whether the growth follows the load.
package struct GrowthTrend: Sendable, Hashable {
  /// Number of points that the trend was computed from.
  package private(set) var points = 0
  /// Seconds that the trend covers.
  package private(set) var seconds = 0.0
  /// Growth of the live bytes in bytes per second: the Theil-Sen slope.
  package private(set) var bytesPerSecond = 0.0
  /// Growth of the live objects per second: the Theil-Sen slope.
  package private(set) var objectsPerSecond = 0.0
  /// Kendall's tau (-1...1) of the live objects against time: 1 if they never decrease and always increase.
  package private(set) var tau = 0.0
  /// Growth of the live objects in each third of the time: the Theil-Sen slope of the third times its duration, so that a single step
  /// does not count.
  package private(set) var growthByThird = [0.0, 0.0, 0.0]
  /// Seconds from the start of the series to the start of the trend and to the end of each third.
  package private(set) var boundaries: [Double] = []
  /// Number of live objects at the start of the trend.
  package private(set) var firstObjects = 0.0
  /// Rank correlation (-1...1) between the events per second and the growth per second in equal intervals. Nil if the load is not
  /// known or hardly varies, so that growth with load and growth with time look the same.
  package private(set) var loadCorrelation: Double?

  /// Number of intervals in which growth and load are compared.
  private static let loadIntervals = 12
  /// Least standard deviation of the load, as a share of its mean, at which the load counts as varying. The load of a steady workload
  /// varies by less than a fifth from interval to interval.
  private static let leastLoadVariation = 0.25

  /// Computes the trend of a series.
  /// - Parameters:
  ///   - series: Live objects and bytes over time.
  ///   - share: Share (0...1) of the time at the beginning that is left out.
  /// - Complexity: O(points), and O(k^2 log k) for k = `GrowthSeries.trendPoints`.
  package init(_ series: GrowthSeries, from share: Double) {
    let part = series.trendPart(from: share)
    points = part.points.count
    seconds = part.seconds
    guard points > 1, let origin = series.points.first?.seconds, let first = part.points.first else { return }
    let times = part.points.map(\.seconds)
    let objects = part.points.map(\.objects)
    bytesPerSecond = RobustTrend.slope(times, part.points.map(\.bytes))
    objectsPerSecond = RobustTrend.slope(times, objects)
    tau = RobustTrend.tau(objects)
    firstObjects = first.objects
    let width = seconds / 3
    boundaries = (0...3).map { first.seconds - origin + Double($0) * width }
    growthByThird = (0..<3).map { third in
      let start = first.seconds + Double(third) * width
      let inner = part.points.filter { $0.seconds > start && $0.seconds < start + width }
      let all = [part.point(at: start)] + inner + [part.point(at: start + width)]
      return RobustTrend.slope(all.map(\.seconds), all.map(\.objects)) * width
    }
    loadCorrelation = GrowthTrend.loadCorrelation(part)
  }

  /// Growth of the live objects from the start to the end of the trend.
  package var objects: Double { objectsPerSecond * seconds }
  /// Growth of the live bytes from the start to the end of the trend.
  package var bytes: Double { bytesPerSecond * seconds }

  private static func loadCorrelation(_ part: GrowthSeries) -> Double? {
    guard part.points.count > loadIntervals, let start = part.points.first?.seconds else { return nil }
    let width = part.seconds / Double(loadIntervals)
    let ends = (0...loadIntervals).map { part.point(at: start + Double($0) * width) }
    guard ends.allSatisfy({ $0.events != nil }) else { return nil }
    let load = zip(ends, ends.dropFirst()).map { ($1.events ?? 0) - ($0.events ?? 0) }
    let growth = zip(ends, ends.dropFirst()).map { $1.objects - $0.objects }
    let mean = load.reduce(0, +) / Double(load.count)
    let variance = load.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(load.count)
    guard mean > 0, variance.squareRoot() >= leastLoadVariation * mean else { return nil }
    return RobustTrend.rankCorrelation(load, growth)
  }
}
