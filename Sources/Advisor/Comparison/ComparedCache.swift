import Telemetry

/// Slab memory of one cache during a replay under one policy.
package struct ComparedCache: Sendable, Hashable {
  /// Name of the cache; ``largeRequests`` for requests that are served by the page allocator.
  package var name: String
  /// Whether the cache is a general cache, which serves allocations by size (kmalloc).
  package var isGeneral: Bool
  /// Time-weighted mean of the bytes of slabs, over the workload's time.
  package var meanSlabBytes: Int
  /// Maximum of the bytes of slabs. Caches reach their maxima at different times.
  package var peakSlabBytes: Int
  /// Whether the cache shared slabs with other caches at any time. Its bytes are then its share of the common slabs.
  package var sharesSlabs: Bool

  /// Name under which large requests are counted.
  package static let largeRequests = "large requests"
}

/// Accumulator of the slab memory of each cache over time.
struct CacheMemorySums {
  private struct Sum {
    var isGeneral = false
    /// Sum of bytes times seconds.
    var byteSeconds = 0.0
    /// Sum of the bytes of all samples.
    var total = 0.0
    var peak = 0.0
    /// Bytes of the current sample.
    var current = 0.0
    var sharesSlabs = false

    /// Adds the bytes of the previous sample, which apply until the current one.
    mutating func endInterval(seconds: Double) {
      byteSeconds += current * seconds
      current = 0
    }

    /// Adds the bytes of the current sample.
    mutating func endSample() {
      total += current
      peak = max(peak, current)
    }
  }

  private var sums: [String: Sum] = [:]
  /// Time of the last sample in seconds; nil before the first one.
  private var lastTime: Double?
  /// Seconds from the first sample to the last one.
  private var duration = 0.0
  private var sampleCount = 0

  /// Adds a sample. Between two samples the memory counts as it was at the first of them.
  /// - Parameter now: Time of the sample in seconds.
  mutating func add(_ snapshot: Snapshot, seconds now: Double) {
    let interval = lastTime.map { max(0, now - $0) } ?? 0
    (lastTime, duration, sampleCount) = (now, duration + interval, sampleCount + 1)
    for name in sums.keys { sums[name]?.endInterval(seconds: interval) }
    for share in CacheMemorySums.shares(of: snapshot) {
      sums[share.name, default: Sum()].current += share.bytes
      sums[share.name]?.isGeneral = share.isGeneral
      if share.isShared { sums[share.name]?.sharesSlabs = true }
    }
    if let bytes = snapshot.largeBytes { sums[ComparedCache.largeRequests, default: Sum()].current = Double(bytes) }
    for name in sums.keys { sums[name]?.endSample() }
  }

  /// Caches that had slabs, sorted by name.
  var caches: [ComparedCache] {
    sums.filter { $0.value.peak > 0 }.map { name, sum in
      // If all samples have the same time, they have equal weights.
      let mean = duration > 0 ? sum.byteSeconds / duration : sum.total / Double(max(1, sampleCount))
      return ComparedCache(
        name: name, isGeneral: sum.isGeneral, meanSlabBytes: Int(mean.rounded()), peakSlabBytes: Int(sum.peak),
        sharesSlabs: sum.sharesSlabs)
    }.sorted { $0.name < $1.name }
  }

  /// Share of a cache in the slabs of a snapshot.
  struct Share {
    var name: String
    var isGeneral: Bool
    var bytes: Double
    var isShared: Bool
  }

  /// Returns the bytes of slabs of each cache. Slabs that several caches share are divided in proportion to the bytes of their
  /// live objects, because a snapshot reports all free objects of such slabs with one of the caches.
  static func shares(of snapshot: Snapshot) -> [Share] {
    var pools: [String: (slabBytes: Int, liveBytes: Int, members: Int)] = [:]
    for cache in snapshot.caches {
      pools[cache.slabHolder, default: (0, 0, 0)].slabBytes += cache.slabBytes
      pools[cache.slabHolder]?.liveBytes += cache.activeObjects * cache.stride
      pools[cache.slabHolder]?.members += 1
    }
    return snapshot.caches.map { cache in
      guard let pool = pools[cache.slabHolder], pool.members > 1, pool.liveBytes > 0 else {
        return Share(name: cache.name, isGeneral: cache.isGeneral, bytes: Double(cache.slabBytes), isShared: false)
      }
      let share = Double(cache.activeObjects * cache.stride) / Double(pool.liveBytes)
      return Share(
        name: cache.name, isGeneral: cache.isGeneral, bytes: share * Double(pool.slabBytes), isShared: true)
    }
  }
}
