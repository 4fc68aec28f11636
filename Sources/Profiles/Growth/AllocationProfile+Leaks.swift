/// Reason why leaks cannot be searched in a profile.
package enum LeakSearchError: Error, Hashable {
  /// The profile is the sum of several sources, whose moments have no common time.
  case severalSources(Int)
  /// The profile has no moments: it is a difference or a single moment of a history.
  case noMoments
}

extension AllocationProfile {
  /// Searches the call sites and caches of a profile for steady growth.
  ///
  /// The first quarter of the time is not judged (``GrowthEvidence/warmUp``). Call sites at which the allocator allocates its own
  /// records are left out, because their objects live as long as the slabs of other caches.
  /// - Parameters:
  ///   - leastAge: Age in seconds from which on live objects are counted in the suspects' live objects and bytes; 0 counts all. A
  ///     suspect without such objects is left out, unless ages are not known.
  ///   - counts: The kernel's own counts of the objects of its caches, from the start of the profile to its end. Growth that they
  ///     contradict is no leak: its frees are not visible.
  /// - Throws: `LeakSearchError`.
  /// - Complexity: O(contexts x moments).
  package func leakReport(
    leastAge: Double = 0, counts: CacheCounts = CacheCounts()
  ) throws(LeakSearchError) -> LeakReport {
    guard sources.count == 1 else { throw .severalSources(sources.count) }
    guard !moments.isEmpty else { throw .noMoments }
    let moments = momentsByTime
    let microseconds = max(sources[0].microseconds, moments.last?.microseconds ?? 0)
    let search = LeakSearch(
      profile: self, seconds: Double(microseconds) / 1e6, moments: moments.count, warmUp: GrowthEvidence.warmUp,
      leastAge: leastAge, hasTimes: hasClock, counts: counts)
    return search.report { series(of: $0, moments, end: microseconds) }
  }

  /// Returns the live objects and bytes of contexts at the start, at each moment and at the end.
  private func series(of contexts: [Int], _ moments: [ProfiledMoment], end: Int) -> GrowthSeries {
    typealias Point = GrowthSeries.Point
    let points = moments.map { moment in
      var (objects, bytes) = (0.0, 0.0)
      for index in contexts {
        objects += Double(moment.liveObjects[index])
        bytes += Double(moment.liveObjects[index]) * Double(self.contexts[index].allocatedBytes)
      }
      return Point(
        seconds: Double(moment.microseconds) / 1e6, objects: objects, bytes: bytes, events: Double(moment.events))
    }
    let start = Point(seconds: -1e-6, objects: 0, bytes: 0, events: 0)
    let last = Point(
      seconds: Double(end) / 1e6, objects: contexts.reduce(0) { $0 + Double(figures[$1].liveObjects) },
      bytes: contexts.reduce(0) { $0 + Double(figures[$1].liveBytes) }, events: Double(events))
    return GrowthSeries([start] + points + [last])
  }
}

/// Cumulative profile of a source at one of several times.
package struct TimedProfile: Sendable, Hashable {
  /// Seconds since any origin; nil if not known.
  package var seconds: Double?
  /// Profile from the start of the source to this time.
  package var profile: AllocationProfile

  /// Creates a profile at a time.
  package init(seconds: Double?, profile: AllocationProfile) { (self.seconds, self.profile) = (seconds, profile) }
}

extension LeakReport {
  /// Searches several profiles of one source for call sites and caches that grow from each to the next.
  /// - Parameters:
  ///   - profiles: Profiles in the order of time, at least one.
  ///   - warmUp: Share of the time at the beginning that is not judged: ``GrowthEvidence/warmUp`` if the source began empty.
  ///   - leastAge: Age in seconds from which on live objects are counted; 0 counts all.
  ///   - counts: The kernel's own counts of the objects of its caches during the time of the profiles.
  /// - Complexity: O(contexts x profiles).
  package init(
    of profiles: [TimedProfile], warmUp: Double = 0, leastAge: Double = 0, counts: CacheCounts = CacheCounts()
  ) {
    let last = profiles.last?.profile ?? .empty
    let hasTimes = profiles.allSatisfy { $0.seconds != nil }
    let seconds = profiles.indices.map { hasTimes ? profiles[$0].seconds ?? 0 : Double($0) }
    // The profiles may begin long after their source has, but no age exceeds the time that they cover.
    let longest = max(last.seconds, (seconds.last ?? 0) - (seconds.first ?? 0))
    let groups = profiles.map { LeakSearch.liveByGroup($0.profile) }
    let search = LeakSearch(
      profile: last, seconds: longest, moments: profiles.count, warmUp: warmUp, leastAge: leastAge, hasTimes: hasTimes,
      counts: counts)
    self = search.report { contexts in
      let key = LeakSearch.Group(last.contexts[contexts[0]])
      let isCache = contexts.contains { last.contexts[$0].site != key.site }
      return GrowthSeries(
        zip(profiles, groups).enumerated().compactMap { index, pair -> GrowthSeries.Point? in
          let live = isCache ? pair.1.caches[key.cache] : pair.1.sites[key]
          // A context that is missing beside a sum of other contexts had little memory, but not none.
          if live == nil, pair.1.hasOther { return nil }
          return GrowthSeries.Point(
            seconds: seconds[index], objects: Double(live?.objects ?? 0), bytes: Double(live?.bytes ?? 0),
            events: Double(pair.0.profile.events))
        })
    }
  }
}
