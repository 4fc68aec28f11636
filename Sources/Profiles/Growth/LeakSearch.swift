import Recordings

/// Search for leaks in the call sites and caches of a profile.
struct LeakSearch {
  /// Call site and cache of a group of contexts.
  struct Group: Hashable {
    let site: String
    let cache: String

    init(_ context: AllocationContext) { (site, cache) = (context.site, context.cache) }
  }

  /// Live objects and bytes.
  struct Live {
    var objects = 0
    var bytes = 0
  }

  /// Profile at the end.
  let profile: AllocationProfile
  /// Duration of the profile in seconds, which no age exceeds.
  let seconds: Double
  /// Number of times at which live objects are known.
  let moments: Int
  /// Share of the time at the beginning that is not judged.
  let warmUp: Double
  /// Age in seconds from which on live objects are counted.
  let leastAge: Double
  /// Whether the times of the series are in seconds.
  let hasTimes: Bool
  /// The kernel's own counts of the objects of its caches; empty if not known.
  let counts: CacheCounts

  /// Returns the live objects of a profile by call site and cache and by cache.
  static func liveByGroup(
    _ profile: AllocationProfile
  ) -> (sites: [Group: Live], caches: [String: Live], hasOther: Bool) {
    var (sites, caches, hasOther) = ([Group: Live](), [String: Live](), false)
    for (context, figures) in zip(profile.contexts, profile.figures) {
      let group = Group(context)
      sites[group, default: Live()].objects += figures.liveObjects
      sites[group, default: Live()].bytes += figures.liveBytes
      caches[context.cache, default: Live()].objects += figures.liveObjects
      caches[context.cache, default: Live()].bytes += figures.liveBytes
      hasOther = hasOther || context.site == AllocationContext.other
    }
    return (sites, caches, hasOther)
  }

  /// Returns the report.
  /// - Parameter series: Returns the live objects of the contexts with the given indices over time.
  func report(_ series: ([Int]) -> GrowthSeries) -> LeakReport {
    let byCache = groups(\.cache)
    let cacheGrowth = cacheGrowth(byCache, series)
    let bySite = groups { Group($0) }
    let bySiteEvidence = bySite.map { evidence($0, hasSite: true, cacheGrowth, series) }
    var suspects = zip(bySite, bySiteEvidence).compactMap { suspect($0, hasSite: true, $1) }
    // A leak whose objects are allocated at many call sites shows in the cache as a whole.
    let found = Set(suspects.map(\.cache))
    suspects += byCache.filter { !found.contains(profile.contexts[$0[0]].cache) }
      .compactMap { suspect($0, hasSite: false, evidence($0, hasSite: false, cacheGrowth, series)) }
      .filter { $0.verdict.isLeak }
    let ended = profile.figures.reduce(0) { $0 + $1.freeObjects + $1.unseenFrees }
    var report = LeakReport(
      suspects, seconds: hasTimes ? seconds : nil, moments: moments, examined: bySite.count, hasSites: true,
      unseenShare: ended == 0 ? nil : Double(profile.figures.reduce(0) { $0 + $1.unseenFrees }) / Double(ended))
    for (contexts, evidence) in zip(bySite, bySiteEvidence) where evidence?.waitsForTimer == true {
      report.delayedFrees[profile.contexts[contexts[0]].cache] = evidence?.freeDelay
    }
    return report
  }

  /// Returns the growth of the caches whose objects the kernel counts itself.
  /// - Parameter groups: Indices of the contexts of each cache.
  private func cacheGrowth(
    _ groups: [[Int]], _ series: ([Int]) -> GrowthSeries
  ) -> [String: GrowthEvidence.CacheGrowth] {
    var growth: [String: GrowthEvidence.CacheGrowth] = [:]
    for contexts in groups {
      let cache = profile.contexts[contexts[0]].cache
      let live = contexts.reduce(0) { $0 + profile.figures[$1].liveObjects }
      guard Double(live) >= GrowthEvidence.leastObjects, let counts = counts.series(of: cache) else { continue }
      growth[cache] = GrowthEvidence.CacheGrowth(
        reported: GrowthTrend(counts, from: warmUp).objects,
        profiled: GrowthTrend(series(contexts), from: warmUp).objects)
    }
    return growth
  }

  /// Returns the indices of the contexts with equal keys, without those of the allocator's own call sites and the sum of other
  /// contexts.
  private func groups<Key: Hashable>(_ key: (AllocationContext) -> Key) -> [[Int]] {
    var (groups, numbers) = ([[Int]](), [Key: Int]())
    for (index, context) in profile.contexts.enumerated()
    where !AllocatorCallSites.contains(context.site) && context.site != AllocationContext.other {
      let key = key(context)
      let number = numbers[key] ?? groups.count
      if number == groups.count {
        numbers[key] = number
        groups.append([])
      }
      groups[number].append(index)
    }
    return groups
  }

  /// Sums of the figures of contexts.
  private func figures(_ contexts: [Int]) -> AllocationFigures {
    var figures = AllocationFigures()
    for index in contexts { figures.add(profile.figures[index]) }
    return figures
  }

  /// Returns the evidence about a group of contexts; nil if it has too few live objects for a leak, or the profile is too short.
  private func evidence(
    _ contexts: [Int], hasSite: Bool, _ cacheGrowth: [String: GrowthEvidence.CacheGrowth],
    _ series: ([Int]) -> GrowthSeries
  ) -> GrowthEvidence? {
    let (figures, context) = (figures(contexts), profile.contexts[contexts[0]])
    guard Double(figures.liveObjects) >= GrowthEvidence.leastObjects,
      !hasTimes || seconds >= GrowthEvidence.leastSeconds
    else { return nil }
    let ended = figures.freeObjects + figures.unseenFrees
    return GrowthEvidence(
      trend: GrowthTrend(series(contexts), from: warmUp), ages: figures.ages.count > 0 ? figures.ages : nil,
      lifetimes: figures.lifetimes, seconds: seconds,
      unseenShare: ended == 0 ? nil : Double(figures.unseenFrees) / Double(ended),
      cacheGrowth: cacheGrowth[context.cache],
      isReclaimable: ReclaimableCaches.contains(context.cache, flag: counts.isReclaimable(context.cache)),
      freeDelay: hasTimes
        ? DelayedFrees.seconds(
          function: hasSite ? AllocatorCallSites.function(of: context.site) : nil, cache: context.cache) : 0)
  }

  private func suspect(_ contexts: [Int], hasSite: Bool, _ evidence: GrowthEvidence?) -> LeakSuspect? {
    guard let evidence, let verdict = evidence.verdict else { return nil }
    let (figures, context) = (figures(contexts), profile.contexts[contexts[0]])
    var suspect = LeakSuspect(
      cache: context.cache, site: hasSite ? context.site : nil, evidence, verdict, hasTimes: hasTimes)
    (suspect.liveObjects, suspect.liveBytes) = (figures.liveObjects, figures.liveBytes)
    let largest = contexts.max { profile.figures[$0].liveBytes < profile.figures[$1].liveBytes }
    if hasSite, let largest { suspect.stack = profile.contexts[largest].stack }
    if leastAge > 0, let ages = evidence.ages {
      let old = ages.count(from: leastAge * 1e6, to: .infinity, longest: seconds * 1e6)
      guard old >= 1 else { return nil }
      suspect.liveObjects = Int(old)
      suspect.liveBytes = Int(old / Double(figures.liveObjects) * Double(figures.liveBytes))
    }
    return suspect
  }
}
