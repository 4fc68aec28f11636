import Profiles

/// Choice of the call sites that have time series of their own: those with the most live bytes, and those that allocate most
/// often. The others are added up in a rest for each cache, so that sums over all series are exact.
///
/// A counter must not decrease, because Prometheus takes a decrease for a restart. What a call site allocated before it was
/// listed therefore stays in the rest. A call site remains listed while it is among the first twice as many; when it leaves the
/// list, its counts are added to the rest.
struct SiteSelection {
  private struct Key: Hashable {
    let site, slab: String
  }

  /// Counts of a call site that are in the rest.
  private struct Counts {
    var (objects, requestedBytes, bytes) = (0, 0, 0)

    init() {}
    init(_ figures: AllocationFigures) {
      (objects, requestedBytes, bytes) = (figures.allocObjects, figures.requestedBytes, figures.allocBytes)
    }
  }

  /// Number of call sites that are listed by live bytes, and by the rate of allocations.
  let limit: Int
  /// Listed call sites, and the counts from before they were listed.
  private var listed: [Key: Counts] = [:]
  /// Counts in the profile before.
  private var previous: [Key: Counts]?
  /// Caches that have a rest: they keep it.
  private var cachesWithRest: Set<String> = []

  init(limit: Int) { self.limit = limit }

  /// Returns the series of a profile: those of listed call sites, most live bytes first, then the rest of each cache.
  /// - Parameters:
  ///   - profile: Profile of the same traffic as before, up to a later time.
  ///   - includes: Returns whether a cache is exported.
  /// - Complexity: O(contexts x log(contexts)).
  mutating func series(
    of profile: AllocationProfile, includes: (String) -> Bool
  ) -> [AllocationProfile.Series] {
    let rows = profile.rows(by: .siteAndCache) { includes($0.cache) }
    let keys = rows.map { Key(site: $0.site ?? "", slab: $0.cache ?? "") }
    choose(rows, keys)
    var (series, rests) = ([AllocationProfile.Series](), [String: AllocationFigures]())
    for index in byLiveBytes(rows) {
      let (key, figures) = (keys[index], rows[index].figures)
      guard let before = listed[key] else {
        rests[key.slab, default: AllocationFigures()].addCounts(of: figures)
        continue
      }
      var own = figures
      own.allocObjects -= before.objects
      own.requestedBytes -= before.requestedBytes
      own.allocBytes -= before.bytes
      series.append(.init(labels: [("site", key.site), ("slab", key.slab)], figures: own))
      guard before.objects > 0 else { continue }
      rests[key.slab, default: AllocationFigures()].allocObjects += before.objects
      rests[key.slab, default: AllocationFigures()].requestedBytes += before.requestedBytes
      rests[key.slab, default: AllocationFigures()].allocBytes += before.bytes
    }
    cachesWithRest.formUnion(rests.keys)
    series += cachesWithRest.sorted().map { slab in
      .init(
        labels: [("site", AllocationProfile.restLabel), ("slab", slab)], figures: rests[slab] ?? AllocationFigures())
    }
    previous = Dictionary(zip(keys, rows.map { Counts($0.figures) })) { first, _ in first }
    return series
  }

  /// Chooses the call sites that are listed.
  private mutating func choose(_ rows: [ProfileRow], _ keys: [Key]) {
    let rates = zip(rows, keys).map { row, key in row.figures.allocObjects - (previous?[key]?.objects ?? 0) }
    let byRate = rows.indices.sorted { (rates[$0], rows[$1].site ?? "") > (rates[$1], rows[$0].site ?? "") }
    let byBytes = byLiveBytes(rows)
    func first(_ count: Int) -> [Int] {
      byBytes.prefix(count).filter { rows[$0].figures.liveBytes > 0 } + byRate.prefix(count).filter { rates[$0] > 0 }
    }
    var chosen: [Key: Counts] = [:]
    for index in first(limit) {
      // What was allocated since the profile before is the call site's own.
      chosen[keys[index]] = listed[keys[index]] ?? previous?[keys[index]] ?? Counts()
    }
    for index in first(limit * 2) where chosen.count < limit * 2 {
      if let before = listed[keys[index]] { chosen[keys[index]] = before }
    }
    listed = chosen
  }

  private func byLiveBytes(_ rows: [ProfileRow]) -> [Int] {
    rows.indices.sorted {
      let (one, other) = (rows[$0], rows[$1])
      if one.figures.liveBytes != other.figures.liveBytes { return one.figures.liveBytes > other.figures.liveBytes }
      return (one.site ?? "", one.cache ?? "") < (other.site ?? "", other.cache ?? "")
    }
  }
}
