import Profiles

/// Result of `slabscope leaks` as JSON. Figures that are not known are absent.
struct LeakDocument: Encodable {
  let report: LeakReport
  private let sources: [InputIdentity]

  init(_ report: LeakReport, sources: [InputIdentity]) { (self.report, self.sources) = (report, sources) }

  private enum Key: String, CodingKey {
    case source, suspects, seconds, moments, conclusion
    case leakFound = "leak_found"
    case examinedSites = "examined_sites"
    case examinedCaches = "examined_caches"
    case unseenFreeShare = "unseen_free_share"
    case delayedFrees = "seconds_until_timer_frees"
  }

  private enum SuspectKey: String, CodingKey {
    case cache, site, stack, verdict, monotony, reclaimable
    case growthBytesPerHour = "growth_bytes_per_hour"
    case growthBytes = "growth_bytes"
    case growthObjects = "growth_objects"
    case cacheGrowthObjects = "cache_growth_objects"
    case liveObjects = "live_objects"
    case liveBytes = "live_bytes"
    case medianAgeSeconds = "median_age_seconds"
    case loadCorrelation = "load_correlation"
    case unseenFreeShare = "unseen_free_share"
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    // One input is an object, as in the results of other commands.
    if sources.count == 1 {
      try object.encode(sources[0], forKey: .source)
    } else {
      try object.encode(sources, forKey: .source)
    }
    try object.encode(report.findsLeak, forKey: .leakFound)
    try object.encode(LeakText.conclusion(report), forKey: .conclusion)
    try object.encodeIfPresent(report.seconds, forKey: .seconds)
    try object.encode(report.moments, forKey: .moments)
    try object.encode(report.examined, forKey: report.hasSites ? .examinedSites : .examinedCaches)
    try object.encodeIfPresent(report.unseenShare.map(LeakDocument.rounded), forKey: .unseenFreeShare)
    if !report.delayedFrees.isEmpty { try object.encode(report.delayedFrees, forKey: .delayedFrees) }
    var list = object.nestedUnkeyedContainer(forKey: .suspects)
    for suspect in report.suspects {
      var row = list.nestedContainer(keyedBy: SuspectKey.self)
      try row.encode(suspect.cache, forKey: .cache)
      try row.encodeIfPresent(suspect.site, forKey: .site)
      if !suspect.stack.isEmpty { try row.encode(suspect.stack, forKey: .stack) }
      try row.encode(suspect.verdict.rawValue, forKey: .verdict)
      try row.encodeIfPresent(suspect.growthBytesPerHour.map { $0.rounded() }, forKey: .growthBytesPerHour)
      try row.encode(suspect.growthBytes, forKey: .growthBytes)
      try row.encode(suspect.growthObjects, forKey: .growthObjects)
      try row.encodeIfPresent(suspect.cacheGrowthObjects, forKey: .cacheGrowthObjects)
      try row.encodeIfPresent(suspect.liveObjects, forKey: .liveObjects)
      try row.encodeIfPresent(suspect.liveBytes, forKey: .liveBytes)
      try row.encodeIfPresent(suspect.medianAgeSeconds.map(LeakDocument.rounded), forKey: .medianAgeSeconds)
      try row.encode(LeakDocument.rounded(suspect.tau), forKey: .monotony)
      try row.encodeIfPresent(suspect.loadCorrelation.map(LeakDocument.rounded), forKey: .loadCorrelation)
      try row.encodeIfPresent(suspect.unseenShare.map(LeakDocument.rounded), forKey: .unseenFreeShare)
      try row.encode(suspect.isReclaimable, forKey: .reclaimable)
    }
  }

  /// Returns a number with six digits after the point.
  private static func rounded(_ number: Double) -> Double { (number * 1e6).rounded() / 1e6 }
}
