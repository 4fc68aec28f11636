import SlabEngine

/// One node (gnode) of the list of general caches, which look-ups by size walk. See `GeneralCacheSample`.
public struct GeneralCacheSnapshot: Sendable, Hashable, Codable {
  /// The largest request that the node serves, in bytes.
  public var size = 0
  /// For a power of two: its highest set bit, by which look-ups index the contiguous nodes. nil for a node that is linked
  /// between two of those.
  public var highestSetBit: Int?
  /// The cache that requests are served from.
  public var cache = ""
  /// Whether requests are served; false once the size was retired.
  public var isInService = true
  /// Whether this power of two has no cache of its own and gives out objects of the next larger size.
  public var isAlias = false
  /// Objects allocated by way of the node; nil if two nodes share the cache.
  public var served: Int?
  /// Links that a look-up for the size follows now; nil if the size is retired.
  public var walkSteps: Int?
  /// Links on average over all objects served; nil if not known, or none was served.
  public var meanWalkSteps: Double?
  /// The most links of any object served; nil if not known, or none was served.
  public var longestWalkSteps: Int?
  /// Number of times that another thread changed the same link first while this size was being added.
  public var retries = 0
  /// When the size was added last, in microseconds of the workload's time.
  public var addedAt = 0
  /// When it was retired; nil while it is in service.
  public var retiredAt: Int?
  /// The cache that was exported as this size; nil if none was.
  public var exportedCache: String?

  /// A node in service that has served nothing.
  public init(size: Int, cache: String) {
    (self.size, self.cache) = (size, cache)
    if size.nonzeroBitCount == 1 { highestSetBit = size.trailingZeroBitCount }
  }

  init(_ sample: GeneralCacheSample) {
    self.init(size: sample.size, cache: sample.cache)
    (isInService, isAlias, served) = (sample.isInService, sample.isAlias, sample.served)
    (walkSteps, meanWalkSteps, longestWalkSteps) = (sample.walkSteps, sample.meanWalkSteps, sample.longestWalkSteps)
    (retries, addedAt, retiredAt) = (sample.retries, sample.addedAt, sample.retiredAt)
    exportedCache = sample.exportedCache
  }

  private enum CodingKeys: String, CodingKey {
    case cache, served, retries
    case size = "size_bytes"
    case highestSetBit = "highest_set_bit"
    case isInService = "is_in_service"
    case isAlias = "stands_in"
    case walkSteps = "walk_steps"
    case meanWalkSteps = "mean_walk_steps"
    case longestWalkSteps = "longest_walk_steps"
    case addedAt = "added_at_us"
    case retiredAt = "retired_at_us"
    case exportedCache = "exported_cache"
  }
}

extension Snapshot {
  /// The mean number of links that a look-up by size followed, over all objects whose node is known; nil if there was none.
  public var meanWalkSteps: Double? {
    var (served, steps) = (0, 0.0)
    for node in generalCaches ?? [] {
      guard let count = node.served, let mean = node.meanWalkSteps else { continue }
      (served, steps) = (served + count, steps + Double(count) * mean)
    }
    return served == 0 ? nil : steps / Double(served)
  }
}
