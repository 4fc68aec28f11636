/// One node (gnode) of the list of general caches, in an `EngineSample`.
public struct GeneralCacheSample: Sendable, Hashable {
  /// The largest request that the node serves, in bytes.
  public var size: Int
  /// For a power of two: its highest set bit, by which look-ups index the contiguous nodes. nil for a node that is linked
  /// between two of those.
  public var highestSetBit: Int?
  /// The cache that the node's requests are served from.
  public var cache: String
  /// Whether requests are served; false once the size was retired.
  public var isInService: Bool
  /// Whether this power of two has no cache of its own and gives out objects of the next larger size.
  public var standsIn: Bool
  /// Objects allocated by way of the node; nil if the node's cache is that of a second node, since a cache counts its objects only.
  public var served: Int?
  /// Nodes that a look-up for the size follows a link to, the node itself included; nil if the size is retired.
  public var walkSteps: Int?
  /// The same on average over all objects served; nil if not known, or none was served.
  public var meanWalkSteps: Double?
  /// The most steps of any object served; nil if not known, or none was served.
  public var longestWalkSteps: Int?
  /// Number of times that another thread changed the same link first while this size was being added.
  public var retries: Int
  /// When the size was added last, on the clock that `SlabEngine.setTime` sets, in microseconds.
  public var addedAt: Int
  /// When it was retired; nil while it is in service.
  public var retiredAt: Int?
  /// The cache that was exported as this size; nil if none was.
  public var exportedCache: String?
}

extension SlabEngine {
  /// The list of general caches, in order.
  func generalCacheSamples() -> [GeneralCacheSample] {
    journal.withLock { journal in
      var samples: [GeneralCacheSample] = []
      var isShared: [Int: Bool] = [:]
      general.forEachNode { node, _ in
        let cache = node.pointee.cacheIndex
        isShared[cache] = node.pointee.standsIn || isShared[cache, default: false]
      }
      general.forEachNode { node, position in
        // A node that was linked a moment ago may have no entry yet: it is in the next sample.
        guard let entry = journal[node.pointee.size], let cache = caches(at: node.pointee.cacheIndex) else { return }
        let isPowerOfTwo = node.pointee.size.nonzeroBitCount == 1
        var sample = GeneralCacheSample(
          size: node.pointee.size, highestSetBit: isPowerOfTwo ? node.pointee.size.trailingZeroBitCount : nil,
          cache: cache.name, isInService: entry.retiredAt == nil, standsIn: node.pointee.standsIn,
          retries: entry.retries,
          addedAt: entry.addedAt, retiredAt: entry.retiredAt, exportedCache: entry.exported?.name)
        if sample.isInService { sample.walkSteps = position }
        if isShared[cache.index] != true {
          let served = allocations(from: cache.index)
          sample.served = served
          sample.meanWalkSteps = served == 0 ? nil : Double(entry.steps(served: served)) / Double(served)
          sample.longestWalkSteps = entry.longest(served: served)
        }
        samples.append(sample)
      }
      return samples
    }
  }
}
