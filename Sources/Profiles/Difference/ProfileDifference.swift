/// Comparison of two profiles by call site and cache.
package struct ProfileDifference: Sendable, Hashable, Encodable {
  /// Name of the earlier profile.
  package var from: String
  /// Name of the later profile.
  package var to: String
  /// All call sites and caches, in descending order of the growth of their live bytes, then of the change of their allocated bytes per
  /// hour, then by name.
  package var sites: [SiteDifference]
  /// Growth of the live objects of all call sites.
  package var growthObjects: Int
  /// Growth of the live bytes of all call sites.
  package var growthBytes: Int

  /// Compares two profiles.
  /// - Complexity: O(contexts).
  package init(
    from before: AllocationProfile, named from: String, to after: AllocationProfile, named to: String
  ) {
    (self.from, self.to) = (from, to)
    let (old, new) = (before.figuresBySite, after.figuresBySite)
    let elapsed = ProfileDifference.secondsBetweenEnds(before, after)
    sites = Set(old.keys).union(new.keys).map { key in
      var site = SiteDifference(
        site: key.site, cache: key.cache,
        presence: old[key] == nil ? .new : new[key] == nil ? .vanished : .both,
        before: old[key] ?? AllocationFigures(), after: new[key] ?? AllocationFigures())
      site.allocBytesPerHourBefore = ProfileDifference.perHour(site.before.allocBytes, before)
      site.allocBytesPerHourAfter = ProfileDifference.perHour(site.after.allocBytes, after)
      site.growthBytesPerHour = elapsed.map { Double(site.growthBytes) * 3600 / $0 }
      return site
    }.sorted(by: ProfileDifference.isLarger)
    growthObjects = sites.reduce(0) { $0 + $1.growthObjects }
    growthBytes = sites.reduce(0) { $0 + $1.growthBytes }
  }

  /// Removes the call sites that do not meet a condition, also from the totals.
  package mutating func keep(where includes: (SiteDifference) -> Bool) {
    sites.removeAll { !includes($0) }
    growthObjects = sites.reduce(0) { $0 + $1.growthObjects }
    growthBytes = sites.reduce(0) { $0 + $1.growthBytes }
  }

  /// Returns the seconds from the end of the earlier profile to that of the later; nil if a profile has several sources, or the time of
  /// an end is not known, or the later profile does not end later.
  private static func secondsBetweenEnds(_ before: AllocationProfile, _ after: AllocationProfile) -> Double? {
    func end(_ profile: AllocationProfile) -> Double? {
      guard profile.hasClock, profile.sources.count == 1 else { return nil }
      return profile.sources[0].beganAt.map { $0 + profile.seconds }
    }
    guard let first = end(before), let last = end(after), last > first else { return nil }
    return last - first
  }

  private static func perHour(_ bytes: Int, _ profile: AllocationProfile) -> Double? {
    guard profile.hasClock, profile.seconds > 0 else { return nil }
    return Double(bytes) * 3600 / profile.seconds
  }

  private static func isLarger(_ one: SiteDifference, _ other: SiteDifference) -> Bool {
    if one.growthBytes != other.growthBytes { return one.growthBytes > other.growthBytes }
    let (first, second) = (one.allocBytesPerHourChange ?? 0, other.allocBytesPerHourChange ?? 0)
    if first != second { return first > second }
    return (one.site, one.cache) < (other.site, other.cache)
  }

  private enum CodingKeys: String, CodingKey {
    case from, to, sites
    case growthObjects = "growth_objects"
    case growthBytes = "growth_bytes"
  }
}

private struct SiteAndCache: Hashable {
  var site: String
  var cache: String
}

extension AllocationProfile {
  fileprivate var figuresBySite: [SiteAndCache: AllocationFigures] {
    Dictionary(
      uniqueKeysWithValues: rows(by: .siteAndCache).map {
        (SiteAndCache(site: $0.site ?? "", cache: $0.cache ?? ""), $0.figures)
      })
  }
}
