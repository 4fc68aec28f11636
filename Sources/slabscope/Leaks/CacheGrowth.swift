import Profiles
import Telemetry

/// Search for leaks in the caches of several snapshots.
struct CacheGrowth {
  /// Snapshot and its time.
  struct Moment {
    /// Seconds since any origin; nil if not known.
    var seconds: Double?
    var snapshot: Snapshot
  }

  private let moments: [Moment]

  /// - Parameter moments: snapshots in the order of time.
  init(_ moments: [Moment]) { self.moments = moments }

  /// Searches the caches.
  /// - Parameter warmUp: share of the time at the beginning that is not judged.
  func report(warmUp: Double) -> LeakReport {
    let hasTimes = moments.allSatisfy { $0.seconds != nil }
    var points: [String: [GrowthSeries.Point]] = [:]
    var reclaimable: [String: Bool] = [:]
    for (index, moment) in moments.enumerated() {
      let seconds = hasTimes ? moment.seconds ?? 0 : Double(index)
      for cache in moment.snapshot.caches {
        guard let objects = cache[known: \.activeObjects, .activeObjects], let bytes = cache.liveBytes else { continue }
        reclaimable[cache.name] = cache.isReclaimable ?? reclaimable[cache.name]
        var series = points[cache.name] ?? []
        // Caches of the same name are counted as one.
        if let last = series.last, last.seconds == seconds {
          series[series.count - 1].objects += Double(objects)
          series[series.count - 1].bytes += Double(bytes)
        } else {
          series.append(
            GrowthSeries.Point(
              seconds: seconds, objects: Double(objects), bytes: Double(bytes),
              events: moment.snapshot.events.map(Double.init)))
        }
        points[cache.name] = series
      }
    }
    let seconds = moments.count < 2 ? 0 : (moments[moments.count - 1].seconds ?? 0) - (moments[0].seconds ?? 0)
    let suspects = points.compactMap { name, points -> LeakSuspect? in
      let evidence = GrowthEvidence(
        trend: GrowthTrend(GrowthSeries(points), from: warmUp), seconds: seconds,
        isReclaimable: ReclaimableCaches.contains(name, flag: reclaimable[name]))
      guard let verdict = evidence.verdict, let last = points.last else { return nil }
      var suspect = LeakSuspect(cache: name, site: nil, evidence, verdict, hasTimes: hasTimes)
      (suspect.liveObjects, suspect.liveBytes) = (Int(last.objects), Int(last.bytes))
      return suspect
    }
    return LeakReport(
      suspects, seconds: hasTimes ? seconds : nil, moments: moments.count, examined: points.count, hasSites: false)
  }
}
