/// Numbers of active objects that the kernel itself reports of its caches while their traffic is watched.
///
/// They include frees that have no event, so that growth that only a profile shows is not mistaken for a leak.
package struct CacheCounts: Sendable {
  /// Active objects of each cache at one time, by number of the cache; -1 if not known.
  private struct Row {
    var seconds: Double
    var objects: [Int]
  }

  private var rows: [Row] = []
  private var numbers: [String: Int] = [:]
  private var flags: [Bool?] = []
  /// Number of calls of ``add(_:at:)``, of which one in ``interval`` is kept.
  private var calls = 0
  private var interval = 1

  /// Figures of one cache.
  package struct Cache: Sendable {
    /// Name of the cache, as in /proc/slabinfo.
    package var name: String
    /// Number of active objects.
    package var activeObjects: Int
    /// Whether the cache was created with SLAB_RECLAIM_ACCOUNT; nil if not known.
    package var isReclaimable: Bool?

    /// Creates figures.
    package init(name: String, activeObjects: Int, isReclaimable: Bool? = nil) {
      (self.name, self.activeObjects, self.isReclaimable) = (name, activeObjects, isReclaimable)
    }
  }

  /// Creates counts without times.
  package init() {}

  /// Number of times at which the counts are known.
  package var count: Int { rows.count }

  /// Adds the figures of all caches at a time. If there are too many times, each second one is dropped.
  /// - Parameters:
  ///   - caches: Figures of the caches. The objects of caches with equal names are added up.
  ///   - seconds: Seconds since the start of the profile that the counts are compared with.
  package mutating func add(_ caches: some Sequence<Cache>, at seconds: Double) {
    defer { calls += 1 }
    guard calls % interval == 0 else { return }
    if rows.count >= 2 * AllocationProfile.momentCount {
      rows = stride(from: 0, to: rows.count, by: 2).map { rows[$0] }
      interval *= 2
      guard calls % interval == 0 else { return }
    }
    var objects = [Int](repeating: -1, count: flags.count)
    for cache in caches {
      let number = numbers[cache.name] ?? flags.count
      if number == flags.count {
        numbers[cache.name] = number
        flags.append(nil)
        objects.append(-1)
      }
      flags[number] = cache.isReclaimable ?? flags[number]
      objects[number] = max(0, objects[number]) + cache.activeObjects
    }
    rows.append(Row(seconds: seconds, objects: objects))
  }

  /// Returns the active objects of a cache over time; nil if fewer than two times are known. The series has no bytes.
  func series(of cache: String) -> GrowthSeries? {
    guard let number = numbers[cache] else { return nil }
    let points = rows.compactMap { row -> GrowthSeries.Point? in
      guard number < row.objects.count, row.objects[number] >= 0 else { return nil }
      return GrowthSeries.Point(seconds: row.seconds, objects: Double(row.objects[number]), bytes: 0)
    }
    return points.count > 1 ? GrowthSeries(points) : nil
  }

  /// Returns whether a cache was created with SLAB_RECLAIM_ACCOUNT; nil if not known.
  func isReclaimable(_ cache: String) -> Bool? { numbers[cache].flatMap { flags[$0] } }
}
