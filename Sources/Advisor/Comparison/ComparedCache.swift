import Telemetry

/// The slab memory of one cache while some events were played under a policy.
public struct ComparedCache: Sendable, Hashable {
  /// The cache's name; `largeRequests` for requests that the page allocator serves itself.
  public var name: String
  /// Whether it serves kmalloc.
  public var isGeneral: Bool
  /// Bytes of slabs on average over the workload's time.
  public var meanSlabBytes: Int
  /// Bytes of slabs when they were most: of each cache at a moment of its own.
  public var peakSlabBytes: Int
  /// Whether it shared slabs with another cache, so that its bytes are its share of them.
  public var sharesSlabs: Bool

  /// The name under which large requests are counted.
  public static let largeRequests = "large requests"
}

/// Sums of each cache's slab memory over time.
struct CacheMemorySums {
  private struct Sum {
    var isGeneral = false
    var area = 0.0
    var total = 0.0
    var peak = 0.0
    var last = 0.0
    var sharesSlabs = false

    /// Counts the bytes of the last look for the time until this one.
    mutating func endInterval(_ width: Double) {
      area += last * width
      last = 0
    }

    /// Counts the bytes of this look.
    mutating func endLook() {
      total += last
      peak = max(peak, last)
    }
  }

  private var sums: [String: Sum] = [:]
  private var (seconds, time, looks): (Double?, Double, Int) = (nil, 0, 0)

  /// Adds what a machine held at a moment. As for all caches together, memory counts from one look to the next as it was at the
  /// first of them.
  mutating func add(_ snapshot: Snapshot, seconds now: Double) {
    let width = seconds.map { max(0, now - $0) } ?? 0
    (seconds, time, looks) = (now, time + width, looks + 1)
    for name in sums.keys { sums[name]?.endInterval(width) }
    for share in CacheMemorySums.shares(of: snapshot) {
      sums[share.name, default: Sum()].last += share.bytes
      sums[share.name]?.isGeneral = share.isGeneral
      if share.isShared { sums[share.name]?.sharesSlabs = true }
    }
    if let bytes = snapshot.largeBytes { sums[ComparedCache.largeRequests, default: Sum()].last = Double(bytes) }
    for name in sums.keys { sums[name]?.endLook() }
  }

  /// The caches that had slabs, in the order of their names.
  var caches: [ComparedCache] {
    sums.filter { $0.value.peak > 0 }.map { name, sum in
      // Where no time went by, the mean of all looks.
      let mean = time > 0 ? sum.area / time : sum.total / Double(max(1, looks))
      return ComparedCache(
        name: name, isGeneral: sum.isGeneral, meanSlabBytes: Int(mean.rounded()), peakSlabBytes: Int(sum.peak),
        sharesSlabs: sum.sharesSlabs)
    }.sorted { $0.name < $1.name }
  }

  struct Share {
    var name: String
    var isGeneral: Bool
    var bytes: Double
    var isShared: Bool
  }

  /// Each cache's bytes of slabs. Slabs that several caches share are divided by the bytes of their live objects: free objects of
  /// such slabs are no cache's own, although a snapshot reports them with the one that the slabs were made for.
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
