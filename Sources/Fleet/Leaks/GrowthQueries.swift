/// Queries for series that may grow steadily. The server compares four moments of each series, which is cheap; only series that
/// pass are fetched point by point.
struct GrowthQueries {
  /// Matchers of the series.
  let selector: SeriesSelector
  /// Start of the range in seconds since 1970.
  let start: Double
  /// End of the range in seconds since 1970.
  let end: Double

  /// Share of the range over which each of the four moments is averaged, so that noise hides no growth.
  private static let window = 1.0 / 24

  /// Seconds between two points: 64 of them, as many as the trend of a series has.
  var step: Double { max(1, (end - start) / 63) }

  /// Returns a query for the series of a metric whose averages rise from each moment to the next.
  /// - Parameters:
  ///   - metric: Name of the metric.
  ///   - leastGrowth: Least growth from the first moment to the last.
  func candidates(_ metric: String, leastGrowth: Int) -> String {
    let series = selector.of(metric)
    let width = max(1, (end - start) * GrowthQueries.window)
    let moments = (0...3).map { number -> String in
      let time = start + width + (end - start - width) * Double(number) / 3
      return "avg_over_time(\(series)[\(Int(width.rounded(.up)))s] @ \(GrowthQueries.text(time)))"
    }
    let rises = (0..<3).map { "\(moments[$0 + 1]) > \(moments[$0])" }
    return "\(moments[3]) - \(moments[0]) >= \(leastGrowth) and " + rises.joined(separator: " and ")
  }

  /// Returns a query for the number of hosts that have series of a metric at a time.
  func hostCount(_ metric: String, at time: Double) -> String {
    let width = Int(max(1, (end - start) * GrowthQueries.window).rounded(.up))
    return
      "count(count by (instance, job) (last_over_time(\(selector.of(metric))[\(width)s] @ \(GrowthQueries.text(time)))))"
  }

  /// Returns a query for the allocations per second of each host.
  func load() -> String {
    let width = Int(max(2, (end - start) / 20).rounded(.up))
    return "sum by (instance, job) (rate(\(selector.of(FleetMetric.allocations))[\(width)s]))"
  }

  static func text(_ seconds: Double) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    return "\(milliseconds / 1000)." + String(1000 + milliseconds % 1000).dropFirst()
  }
}
