import SlabEngine

/// Node (gnode) of the list of general caches, through which an allocation by size finds its cache.
package struct GeneralCacheSnapshot: Sendable, Hashable, Codable {
  /// Largest request that the node serves, in bytes.
  package var size = 0
  /// Number of the highest set bit if ``size`` is a power of two: the index of the node in the array of these nodes. nil for
  /// a node that is linked between two powers of two.
  package var highestSetBit: Int?
  /// Name of the cache that serves the requests.
  package var cache = ""
  /// Whether the node serves requests; false after the size was retired.
  package var isInService = true
  /// Whether this power of two has no cache of its own and allocates objects of the next larger size.
  package var isAlias = false
  /// Number of objects allocated through the node; nil if two nodes share the cache.
  package var served: Int?
  /// Number of links that a look-up of the size follows now; nil if the size is retired.
  package var walkSteps: Int?
  /// Mean number of links followed over all objects served; nil if not known or no object was served.
  package var meanWalkSteps: Double?
  /// Maximum number of links followed for an object served; nil if not known or no object was served.
  package var longestWalkSteps: Int?
  /// Number of times that another thread changed the same link first while this size was being added.
  package var retries = 0
  /// Time at which the size was last added, in microseconds on the workload's clock.
  package var addedAt = 0
  /// Time at which the size was retired, in microseconds on the workload's clock; nil while it is in service.
  package var retiredAt: Int?
  /// Name of the cache that was exported as this size; nil if the size has a cache of its own.
  package var exportedCache: String?

  /// Creates a node in service that has not served a request.
  package init(size: Int, cache: String) {
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

  /// Keys in JSON, each of a ``Figure``.
  enum CodingKeys: String, CodingKey, CaseIterable {
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
  /// Mean number of links that a look-up by size followed, over all objects whose node is known; nil if there are none.
  package var meanWalkSteps: Double? {
    var (served, steps) = (0, 0.0)
    for node in generalCaches ?? [] {
      guard let count = node.served, let mean = node.meanWalkSteps else { continue }
      (served, steps) = (served + count, steps + Double(count) * mean)
    }
    return served == 0 ? nil : steps / Double(served)
  }
}
