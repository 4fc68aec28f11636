import Profiles
import Recordings

/// Judgement of the growth of series, host by host.
struct Judgement {
  /// Cache or call site, on any host.
  struct Key: Hashable {
    let cache: String
    let site: String?

    var text: String { site.map { "\(cache) (\($0))" } ?? cache }
  }

  /// Least share of the growth that does not follow the load in growth that counts. In thousands of series, some remainders of noise
  /// look steady.
  private static let leastUnexplained = 0.5

  /// Allocations per second of each host whose load is known.
  let load: [HostName: [PrometheusSeries.Point]]
  /// Seconds that were examined.
  let seconds: Double
  /// Growth on each host of the caches and call sites that may leak.
  private(set) var growth: [Key: [HostGrowth]] = [:]
  /// Number of hosts on which growth follows the load.
  private(set) var followsLoad: [String: Int] = [:]
  /// Number of hosts on which a cache fills up.
  private(set) var fillingUp: [String: Int] = [:]

  init(load: [HostName: [PrometheusSeries.Point]], seconds: Double) { (self.load, self.seconds) = (load, seconds) }

  /// Judges a series.
  /// - Parameter cacheGrowth: Growth of the cache of a call site that the kernel itself counts; nil if not known.
  mutating func judge(_ series: GrowingSeries, cacheGrowth: Double?) {
    let key = Key(cache: series.cache, site: series.site)
    let rates = rates(at: series.points, load[series.host] ?? [])
    let points = Judgement.addingEvents(rates, to: series.points)
    let evidence = evidence(points, key, cacheGrowth)
    guard let verdict = evidence.verdict else { return }
    guard verdict.isLeak else {
      if verdict == .cacheFillingUp { fillingUp[key.text, default: 0] += 1 }
      return
    }
    var trend = evidence.trend
    if let rates, let adjusted = LoadAdjustment.withoutLoad(points, load: rates) {
      let remaining = self.evidence(adjusted, key, cacheGrowth)
      guard remaining.verdict?.isLeak == true,
        remaining.trend.objects >= Judgement.leastUnexplained * evidence.trend.objects
      else {
        followsLoad[key.text, default: 0] += 1
        return
      }
      trend = remaining.trend
    }
    growth[key, default: []].append(
      HostGrowth(
        host: series.host, verdict: verdict, growthObjects: Judgement.integer(trend.objects),
        growthBytesPerHour: trend.bytesPerSecond * 3600, liveObjects: Judgement.integer(points.last?.objects ?? 0),
        tau: trend.tau, loadCorrelation: evidence.trend.loadCorrelation))
  }

  private func evidence(_ points: [GrowthSeries.Point], _ key: Key, _ cacheGrowth: Double?) -> GrowthEvidence {
    // The objects of a call site are counted from the start of the exporter, those of a cache from the start of the kernel.
    let trend = GrowthTrend(GrowthSeries(points), from: key.site == nil ? 0 : GrowthEvidence.warmUp)
    return GrowthEvidence(
      trend: trend, seconds: seconds,
      cacheGrowth: cacheGrowth.map { GrowthEvidence.CacheGrowth(reported: $0, profiled: trend.objects) },
      isReclaimable: ReclaimableCaches.contains(key.cache),
      freeDelay: DelayedFrees.seconds(function: key.site.map { AllocatorCallSites.function(of: $0) }, cache: key.cache))
  }

  /// Returns the load at the times of points, by linear interpolation; nil if it is not known at the time of one of them.
  private func rates(at points: [GrowthSeries.Point], _ load: [PrometheusSeries.Point]) -> [Double]? {
    guard let first = load.first, let last = load.last, let start = points.first, let end = points.last else {
      return nil
    }
    // The first rates of a range have no samples before them.
    let slack = seconds / 10
    guard first.seconds <= start.seconds + slack, last.seconds >= end.seconds - slack else { return nil }
    var index = 0
    return points.map { point in
      while index + 1 < load.count, load[index + 1].seconds <= point.seconds { index += 1 }
      guard index + 1 < load.count, load[index].seconds <= point.seconds else { return load[index].value }
      let (one, two) = (load[index], load[index + 1])
      return one.value + (two.value - one.value) * (point.seconds - one.seconds) / (two.seconds - one.seconds)
    }
  }

  /// Returns the points with the number of allocations up to each.
  private static func addingEvents(_ rates: [Double]?, to points: [GrowthSeries.Point]) -> [GrowthSeries.Point] {
    guard let rates else { return points }
    var (result, events) = (points, 0.0)
    for index in points.indices {
      if index > 0 { events += rates[index] * (points[index].seconds - points[index - 1].seconds) }
      result[index].events = events
    }
    return result
  }

  private static func integer(_ number: Double) -> Int { Int(min(max(number, -1e18), 1e18).rounded()) }
}
