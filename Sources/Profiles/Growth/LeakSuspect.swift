/// Cache or call site whose growth is suspect.
package struct LeakSuspect: Sendable, Hashable {
  /// Name of the cache.
  package var cache: String
  /// Call site; nil for a cache as a whole.
  package var site: String?
  /// Call stack with the most live bytes, the call site first; empty if only the call site is known.
  package var stack: [String] = []
  /// Growth of the live bytes in bytes per hour (Theil-Sen slope); nil if the times are not known.
  package var growthBytesPerHour: Double?
  /// Growth of the live bytes over the time that was judged.
  package var growthBytes: Int
  /// Growth of the live objects over the time that was judged.
  package var growthObjects: Int
  /// Growth of all objects of the cache over this time, as the kernel itself counts them; nil if not known.
  package var cacheGrowthObjects: Int?
  /// Number of live objects at the end, of those that are old enough; nil if not known.
  package var liveObjects: Int?
  /// Allocated bytes of ``liveObjects``; nil if not known.
  package var liveBytes: Int?
  /// Median age of the live objects at the end in seconds; nil if not known.
  package var medianAgeSeconds: Double?
  /// Kendall's tau of the live objects against time.
  package var tau: Double
  /// Rank correlation of growth and load; nil if not known.
  package var loadCorrelation: Double?
  /// Of the objects that ended, the share that ended without a recorded free; nil if not known.
  package var unseenShare: Double?
  /// Whether the kernel frees the objects of the cache when memory is short.
  package var isReclaimable: Bool
  /// Whether old objects stay live. False if they are freed in the end, so that the number follows the traffic.
  package var isRetained: Bool
  /// The conclusion.
  package var verdict: GrowthVerdict

  /// Creates a suspect from its evidence.
  /// - Parameters:
  ///   - cache: Name of the cache.
  ///   - site: Call site; nil for a suspect cache.
  ///   - evidence: Figures that the verdict follows from.
  ///   - verdict: The conclusion.
  ///   - hasTimes: Whether the seconds of the trend are seconds.
  package init(cache: String, site: String?, _ evidence: GrowthEvidence, _ verdict: GrowthVerdict, hasTimes: Bool) {
    (self.cache, self.site, self.verdict) = (cache, site, verdict)
    let trend = evidence.trend
    growthBytesPerHour = hasTimes ? trend.bytesPerSecond * 3600 : nil
    growthBytes = Int(min(max(trend.bytes, -1e18), 1e18))
    growthObjects = Int(min(max(trend.objects, -1e18), 1e18).rounded())
    cacheGrowthObjects = evidence.cacheGrowth.map { Int(min(max($0.reported, -1e18), 1e18).rounded()) }
    (tau, loadCorrelation) = (trend.tau, trend.loadCorrelation)
    (unseenShare, isReclaimable, isRetained) = (evidence.unseenShare, evidence.isReclaimable, evidence.isRetained)
    medianAgeSeconds =
      hasTimes ? evidence.ages?.medianAge(longest: evidence.seconds * 1e6).map { $0 / 1e6 } : nil
  }
}
