/// A node (gnode) of the list of general caches, in an `EngineSample`.
public struct GeneralCacheSample: Sendable, Hashable {
  /// Object size of the node in bytes: the largest request that the node serves.
  public var size: Int
  /// For a power of two: its highest set bit, by which lookups index the contiguous nodes. nil for a node that is
  /// linked between two of those.
  public var highestSetBit: Int?
  /// Name of the cache that serves the node's requests.
  public var cache: String
  /// Whether the node serves requests; false if the size was retired.
  public var isInService: Bool
  /// Whether this power of two has no cache of its own, so that its requests are served by the next larger size.
  public var isAlias: Bool
  /// Number of objects allocated through the node; nil if two nodes have the same cache, because a cache counts its
  /// objects only in total.
  public var served: Int?
  /// Number of links that a lookup for this size follows; nil if the size is retired.
  public var walkSteps: Int?
  /// Mean number of links followed by the lookups of all served objects; nil if `served` is nil or 0.
  public var meanWalkSteps: Double?
  /// Largest number of links followed by a lookup of a served object; nil if `served` is nil or 0.
  public var longestWalkSteps: Int?
  /// Number of times that another thread changed the same link first while this size was being added.
  public var retries: Int
  /// Time at which the size was last added, in microseconds of the clock that `SlabEngine.setTime(microseconds:)` sets.
  public var addedAt: Int
  /// Time at which the size was retired, in microseconds of the same clock; nil while it is in service.
  public var retiredAt: Int?
  /// Name of the cache that was exported as this size; nil if none was.
  public var exportedCache: String?
}

extension SlabEngine {
  /// Returns the nodes of the list of general caches in ascending order of size.
  func generalCacheSamples() -> [GeneralCacheSample] {
    journal.withLock { journal in
      var samples: [GeneralCacheSample] = []
      var isShared: [Int: Bool] = [:]
      general.forEachNode { node, _ in
        let cache = node.pointee.cacheIndex
        isShared[cache] = node.pointee.isAlias || isShared[cache, default: false]
      }
      general.forEachNode { node, position in
        // A node that another thread has just linked may have no journal entry yet; the next sample contains it.
        guard let entry = journal[node.pointee.size], let cache = cacheIncludingDestroyed(at: node.pointee.cacheIndex)
        else { return }
        let isPowerOfTwo = node.pointee.size.nonzeroBitCount == 1
        var sample = GeneralCacheSample(
          size: node.pointee.size, highestSetBit: isPowerOfTwo ? node.pointee.size.trailingZeroBitCount : nil,
          cache: cache.name, isInService: entry.retiredAt == nil, isAlias: node.pointee.isAlias,
          retries: entry.retries,
          addedAt: entry.addedAt, retiredAt: entry.retiredAt, exportedCache: entry.exported?.name)
        if sample.isInService { sample.walkSteps = position }
        if isShared[cache.index] != true {
          let served = allocations(from: cache.index)
          sample.served = served
          sample.meanWalkSteps = served == 0 ? nil : Double(entry.totalSteps(served: served)) / Double(served)
          sample.longestWalkSteps = entry.longestWalk(served: served)
        }
        samples.append(sample)
      }
      return samples
    }
  }
}
