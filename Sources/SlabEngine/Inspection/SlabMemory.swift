internal import Synchronization

/// Bytes of slabs and of blocks of large requests at one time: the two sums of an ``EngineSample`` that a replay needs often.
package struct SlabMemory: Sendable, Hashable {
  /// Bytes of the slabs of all caches, and of the blocks of large requests.
  package var bytes: Int
  /// Bytes of the slabs of general caches, and of the blocks of large requests.
  package var generalBytes: Int

  /// Creates the sums.
  package init(bytes: Int, generalBytes: Int) {
    (self.bytes, self.generalBytes) = (bytes, generalBytes)
  }

  /// Adds the slabs of a cache.
  package mutating func add(_ slabBytes: Int, isGeneral: Bool) {
    bytes += slabBytes
    if isGeneral { generalBytes += slabBytes }
  }
}

extension SlabEngine {
  /// Returns the slab memory. The sums are those of `sample()`, without its other figures.
  /// - Complexity: O(pools).
  package func slabMemory() -> SlabMemory {
    directory.withLock { directory in
      pages.withLock { pages in
        var memory = SlabMemory(bytes: pages.large.blockBytes, generalBytes: pages.large.blockBytes)
        for index in 0..<directory.pools {
          guard let pool = table.pool(at: index) else { continue }
          pool.inspect { add($0, to: &memory) }
        }
        return memory
      }
    }
  }

  /// Adds the slabs of a pool. The objects in use of each sharer count for that cache, and the rest counts for the cache that
  /// holds the pool. A pool whose holder was destroyed is in no cache's slab memory.
  private func add(_ pool: SlabPool, to memory: inout SlabMemory) {
    guard let holder = liveCache(at: pool.members.holder) else { return }
    var left = pool.counts.slabBytes
    for member in 0..<pool.members.count {
      guard let cache = liveCache(at: pool.members[member].cache), cache.index != holder.index else { continue }
      let bytes = pool.members[member].objectsInUse * pool.geometry.stride
      memory.add(bytes, isGeneral: cache.isGeneral)
      left -= bytes
    }
    memory.add(left, isGeneral: holder.isGeneral)
  }

  private func liveCache(at index: Int) -> SlabCache? {
    table.cache(at: index).flatMap { $0.descriptor.pointee.isAlive.load(ordering: .relaxed) ? $0 : nil }
  }
}
