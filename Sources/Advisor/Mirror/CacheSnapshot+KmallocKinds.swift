import Recordings
import Telemetry

extension [CacheSnapshot] {
  /// Returns the caches with the kmalloc caches of each size combined under the name of the normal one.
  func combiningKmallocKinds() -> [CacheSnapshot] {
    var combined: [CacheSnapshot] = []
    var indices: [String: Int] = [:]
    for var cache in self {
      guard let (_, bytes) = KmallocKind.parse(cache.name) else {
        combined.append(cache)
        continue
      }
      let isAlone = cache.slabHolder == cache.name
      cache.name = KmallocKind.normal.cacheName(bytes: bytes)
      if isAlone { cache.slabHolder = cache.name }
      if let index = indices[cache.name] {
        combined[index].add(cache)
      } else {
        indices[cache.name] = combined.count
        combined.append(cache)
      }
    }
    return combined
  }
}

extension CacheSnapshot {
  /// Adds the objects and slabs of another cache of the same size.
  fileprivate mutating func add(_ other: CacheSnapshot) {
    func sum(_ one: Int?, _ two: Int?) -> Int? { one.flatMap { one in two.map { one + $0 } } }
    activeObjects += other.activeObjects
    totalObjects += other.totalObjects
    objectsInMagazines += other.objectsInMagazines
    slabs += other.slabs
    slabBytes += other.slabBytes
    tailBytes += other.tailBytes
    orderFallbacks += other.orderFallbacks
    for order in slabsByOrder.indices where order < other.slabsByOrder.count {
      slabsByOrder[order] += other.slabsByOrder[order]
    }
    (fullSlabs, partialSlabs) = (sum(fullSlabs, other.fullSlabs), sum(partialSlabs, other.partialSlabs))
    (emptySlabs, slabsOnCPUs) = (sum(emptySlabs, other.emptySlabs), sum(slabsOnCPUs, other.slabsOnCPUs))
    freeBytesInPartialSlabs = sum(freeBytesInPartialSlabs, other.freeBytesInPartialSlabs)
    // The slabs of several caches have no occupancy of one cache.
    (occupancy, slabsByOccupancy) = (nil, nil)
  }
}
