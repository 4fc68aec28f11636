internal import Glibc
internal import Synchronization

/// Where pools and the page allocator meet: pages become slabs, and empty slabs become pages again.
extension SlabEngine {
  /// Takes up to `count` objects from a cache's slabs, growing its pool as needed; 0 when memory is exhausted.
  func takeOut(_ count: Int, into slots: Magazine.Slots, from cache: SlabCache) -> Int {
    let (pool, geometry) = (cache.descriptor.pointee.pool, cache.descriptor.pointee.geometry)
    cache.descriptor.pointee.refills.add(1, ordering: .relaxed)
    while true {
      let taken = pool.withLock { $0.take(count, into: slots) }
      if taken > 0 { return taken }
      guard grow(pool, geometry) || (reclaim() && grow(pool, geometry)) else {
        cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
        return 0
      }
    }
  }

  /// Puts objects back into a cache's slabs, and returns the empty slabs beyond the reserve.
  func putBack(_ slots: Magazine.Slots, count: Int, to cache: SlabCache) {
    let pool = cache.descriptor.pointee.pool
    cache.descriptor.pointee.flushes.add(1, ordering: .relaxed)
    let empty = pool.withLock { pool in
      pool.put(slots, count: count)
      return pool.emptySlabs
    }
    if empty > configuration.emptySlabReserve {
      releaseEmptySlabs(of: pool, keeping: configuration.emptySlabReserve)
    }
  }

  /// Adds a slab to a pool: of the preferred order, or, as the page allocator refuses, of the next lower ones that hold
  /// an object.
  func grow(_ pool: Guarded<SlabPool>, _ geometry: SlabGeometry) -> Bool {
    pages.withLock { pages in
      var order = geometry.preferredOrder
      while order >= geometry.minimumOrder {
        if let frame = pages.allocator.allocate(order: order, for: .slab) {
          let adopted = pool.withLock { pool in
            guard let metadata = calloc(1, pool.metadataBytes(order: order)) else { return false }
            pool.adopt(frame, metadata: metadata)
            return true
          }
          if !adopted { pages.allocator.free(frame) }
          return adopted
        }
        order -= 1
      }
      return false
    }
  }

  /// Returns a pool's empty slabs to the page allocator, all but `reserve` of them.
  /// - Returns: pages returned.
  @discardableResult
  func releaseEmptySlabs(of pool: Guarded<SlabPool>, keeping reserve: Int) -> Int {
    pages.withLock { pages in
      var returned = 0
      while let (frame, metadata) = pool.withLock({ $0.emptySlabs > reserve ? $0.releaseEmpty() : nil }) {
        Glibc.free(metadata)
        returned += 1 << Int(memory.pages[Int(frame)].order)
        pages.allocator.free(frame)
      }
      return returned
    }
  }

  /// Returns what all caches hold in reserve, as memory runs out.
  /// - Returns: whether any page came back.
  func reclaim() -> Bool {
    var pages = 0
    for cache in caches { pages += shrink(cache) }
    return pages > 0
  }

  // MARK: Large requests

  /// Serves a request above the general caches' reach with a block of its own; nil when none is to be had.
  func allocateLarge(bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= MachineMemory.largestBlockBytes else {
      pages.withLock { $0.large.failed += 1 }
      return nil
    }
    var order = 0
    while MachineMemory.pageBytes << order < bytes { order += 1 }
    if let block = claimLarge(bytes: bytes, order: order) { return block }
    if reclaim(), let block = claimLarge(bytes: bytes, order: order) { return block }
    pages.withLock { $0.large.failed += 1 }
    return nil
  }

  private func claimLarge(bytes: Int, order: Int) -> UnsafeMutableRawPointer? {
    pages.withLock { pages in
      guard let frame = pages.allocator.allocate(order: order, for: .large) else { return nil }
      memory.pages[Int(frame)].objectCount = UInt32(bytes)
      pages.large.count += 1
      pages.large.requestedBytes += bytes
      pages.large.blockBytes += MachineMemory.pageBytes << order
      return memory.address(ofPage: Int(frame))
    }
  }

  /// Frees the block of a large request; false when `object` is not the start of one.
  func freeLarge(_ object: UnsafeMutableRawPointer) -> Bool {
    pages.withLock { pages in
      let frame = (object - memory.base) >> MachineMemory.pageShift
      guard memory.pages[frame].use == .large, memory.address(ofPage: frame) == object else { return false }
      pages.large.count -= 1
      pages.large.requestedBytes -= Int(memory.pages[frame].objectCount)
      pages.large.blockBytes -= MachineMemory.pageBytes << Int(memory.pages[frame].order)
      pages.allocator.free(UInt32(frame))
      return true
    }
  }
}
