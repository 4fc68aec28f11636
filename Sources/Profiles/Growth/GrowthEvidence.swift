/// Evidence about the growth of a cache or call site, and the verdict that follows from it.
///
/// The thresholds are conservative: a recording begins with no known live objects, so that every cache grows at first, and a
/// leak that is missed in a short recording shows up in a longer one.
package struct GrowthEvidence: Sendable, Hashable {
  /// Trend of the live objects.
  package var trend: GrowthTrend
  /// Ages of the live objects at the end; nil if not known.
  package var ages: LifetimeHistogram?
  /// Lifetimes of the objects whose free was recorded; nil if not known.
  package var lifetimes: LifetimeHistogram?
  /// Seconds from the start of the profile to its end, which no age exceeds.
  package var seconds: Double
  /// Of the objects that ended, the share (0...1) that ended without a recorded free; nil if frees are not recorded one by one.
  package var unseenShare: Double?
  /// Growth of the whole cache during the trend; nil if the kernel's own count is not known.
  package var cacheGrowth: CacheGrowth?
  /// Whether the kernel frees the objects when memory is short.
  package var isReclaimable: Bool
  /// Seconds after which the kernel frees the objects in any case; 0 if no such time is known.
  package var freeDelay: Double

  /// Creates evidence.
  package init(
    trend: GrowthTrend, ages: LifetimeHistogram? = nil, lifetimes: LifetimeHistogram? = nil, seconds: Double,
    unseenShare: Double? = nil, cacheGrowth: CacheGrowth? = nil, isReclaimable: Bool = false, freeDelay: Double = 0
  ) {
    (self.trend, self.ages, self.lifetimes, self.seconds) = (trend, ages, lifetimes, seconds)
    (self.unseenShare, self.cacheGrowth) = (unseenShare, cacheGrowth)
    (self.isReclaimable, self.freeDelay) = (isReclaimable, freeDelay)
  }

  /// Growth of a cache during a trend, in objects.
  package struct CacheGrowth: Sendable, Hashable {
    /// Growth of the active objects that the kernel itself reports.
    package var reported: Double
    /// Growth of the live objects of all contexts of the profile.
    package var profiled: Double

    /// Creates growth.
    package init(reported: Double, profiled: Double) { (self.reported, self.profiled) = (reported, profiled) }
  }

  /// Share of a recording at its beginning that is not judged: the objects that are live all the time are allocated in it.
  package static let warmUp = 0.25
  /// Least number of points of a trend: three in each third.
  package static let leastPoints = 9
  /// Least duration of a recording in seconds: queues build up in bursts of traffic, which last for less than a second.
  package static let leastSeconds = 1.0
  /// Least growth in objects. The number of live objects of a healthy call site wavers by some tens.
  package static let leastObjects = 32.0
  /// Least Kendall's tau. A line whose growth is four times the standard deviation of its noise has 0.7; a sawtooth with
  /// two or more teeth has less than 0.5.
  static let leastTau = 0.6
  /// Least growth in each third of the time, as a share of the growth in all thirds; a steady line has a third.
  static let leastShareOfThird = 0.1
  /// Largest growth in the last third, as a share of that in the first, at which the growth is coming to an end.
  static let saturation = 1.0 / 3
  /// Least number of objects of a third that are live at the end, as a share of the growth in the third. Leaked objects are all
  /// live; half allows for the width of the buckets of ages.
  static let leastRetention = 0.5
  /// Share of the time after which an object counts as old: most objects of healthy call sites are freed sooner.
  static let oldAge = 1.0 / 8
  /// Largest number of old objects that were freed, as a share of those that are live. Leaked objects are never freed; of a
  /// working set whose objects live twice as long as the recording, a quarter has been freed.
  static let largestLateFrees = 0.25
  /// Share of unseen frees from which on growth is not judged. Call sites of real recordings have less than 6 % or more
  /// than 15 %.
  static let largestUnseenShare = 0.1
  /// Least growth that the kernel reports of the cache, as a share of the growth of the suspect. Objects that are older than the
  /// profile and are freed during it lower the growth of the cache.
  static let leastReportedShare = 0.5
  /// Growth that the kernel reports of the cache, as a share of the growth of all contexts of the cache, from which on unseen
  /// frees do not matter: nearly all objects that look live are.
  static let confirmingShare = 0.75
  /// Least correlation with the load at which the growth follows it.
  static let leastLoadCorrelation = 0.7
  /// Least growth of objects that are not retained, as a share of their number at first: a queue that builds up and not the
  /// wavering of a working set.
  static let leastGrowthOfTurnover = 1.0
  /// Least growth of objects that are not retained in the last third, as a share of that in the first: the number of objects with
  /// long lifetimes grows too at first, but ever more slowly.
  static let leastPaceOfTurnover = 0.75

  /// Least duration of a recording as a multiple of ``freeDelay``: the number of objects grows for one delay after the traffic
  /// has begun, and must go on growing for another.
  package static let leastDelays = 2.0

  /// The verdict; nil if the growth is not suspect.
  package var verdict: GrowthVerdict? {
    guard trend.points > 1, trend.bytes > 0, trend.objects >= GrowthEvidence.leastObjects else { return nil }
    guard !needsLongerTime else { return nil }
    guard trend.points >= GrowthEvidence.leastPoints else { return .grew }
    guard trend.tau >= GrowthEvidence.leastTau, growsThroughout || isSaturating else { return nil }
    if hasInvisibleFrees { return .freesNotVisible }
    if isReclaimable || isSaturating { return isRetained ? .cacheFillingUp : nil }
    guard isRetained else { return isQueueBuildingUp ? .growingWithLoad : nil }
    return followsLoad ? .growingWithLoad : .growingSteadily
  }

  /// Whether the recording is too short for objects that a timer frees.
  private var needsLongerTime: Bool { seconds < GrowthEvidence.leastDelays * freeDelay }

  /// Whether the growth would be suspect, but is not judged because a timer frees the objects after the end of the recording.
  package var waitsForTimer: Bool {
    var withoutDelay = self
    withoutDelay.freeDelay = 0
    return needsLongerTime && withoutDelay.verdict?.isLeak == true
  }

  /// Whether frees without an event may explain the growth: the kernel's own count contradicts it, or many objects ended without a
  /// recorded free and the kernel's own count does not confirm it.
  private var hasInvisibleFrees: Bool {
    let isDoubtful = unseenShare ?? 0 >= GrowthEvidence.largestUnseenShare
    guard let cacheGrowth else { return isDoubtful }
    if cacheGrowth.reported < GrowthEvidence.leastReportedShare * trend.objects { return true }
    return isDoubtful && cacheGrowth.reported < GrowthEvidence.confirmingShare * cacheGrowth.profiled
  }

  /// Whether the growth follows the load.
  private var followsLoad: Bool { trend.loadCorrelation ?? 0 >= GrowthEvidence.leastLoadCorrelation }

  /// Whether the live objects grow in each third of the time.
  private var growsThroughout: Bool {
    let sum = trend.growthByThird.reduce(0, +)
    return sum > 0 && trend.growthByThird.allSatisfy { $0 >= GrowthEvidence.leastShareOfThird * sum }
  }

  /// Whether the growth becomes smaller in each third and is coming to an end, after more than one third.
  private var isSaturating: Bool {
    let (growth, sum) = (trend.growthByThird, trend.growthByThird.reduce(0, +))
    return growth[1] >= GrowthEvidence.leastShareOfThird * sum && growth[0] > growth[1] && growth[1] > growth[2]
      && growth[2] >= -GrowthEvidence.leastShareOfThird * sum && growth[2] < GrowthEvidence.saturation * growth[0]
  }

  /// Whether objects that are freed in the end grow at a constant or rising pace.
  private var isQueueBuildingUp: Bool {
    trend.objects >= GrowthEvidence.leastGrowthOfTurnover * max(trend.firstObjects, GrowthEvidence.leastObjects)
      && trend.growthByThird[2] >= GrowthEvidence.leastPaceOfTurnover * trend.growthByThird[0]
  }

  /// Whether the objects by which the number grew are still live, judged by ages and lifetimes: the ages of leaked objects are
  /// spread over the whole time, and old objects are not freed. True if the ages are not known.
  package var isRetained: Bool {
    guard let ages, trend.boundaries.count == 4 else { return true }
    if let lifetimes {
      let (old, longest) = (GrowthEvidence.oldAge * seconds * 1e6, seconds * 1e6)
      let freed = lifetimes.count(from: old, to: .infinity, longest: longest)
      let live = ages.count(from: old, to: .infinity, longest: longest)
      if freed > GrowthEvidence.largestLateFrees * live { return false }
    }
    return (0..<3).allSatisfy { third in
      let (start, end) = (trend.boundaries[third], trend.boundaries[third + 1])
      let live = ages.count(
        from: (seconds - end) * 1e6, to: (seconds - start) * 1e6, longest: seconds * 1e6)
      return live >= GrowthEvidence.leastRetention * trend.growthByThird[third]
    }
  }
}
