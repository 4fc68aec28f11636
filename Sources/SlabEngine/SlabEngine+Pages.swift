internal import Glibc
internal import Synchronization

/// Where pools and the page allocator meet: pages become slabs, and empty slabs become pages again.
extension SlabEngine {
  /// Takes up to `count` objects from a cache's slabs, growing its pool as needed; 0 when memory is exhausted.
  func takeOut(_ count: Int, into slots: Magazine.Slots, from cache: SlabCache) -> Int {
    let pool = cache.descriptor.pointee.pool
    cache.descriptor.pointee.refills.add(1, ordering: .relaxed)
    while true {
      let taken = pool.pointee.lock.withLock { pool.pointee.take(count, into: slots) }
      if taken > 0 { return taken }
      guard grow(pool) || (reclaim() && grow(pool)) else {
        cache.descriptor.pointee.failedAllocations.add(1, ordering: .relaxed)
        return 0
      }
    }
  }

  /// Puts objects back into a cache's slabs, and returns the empty slabs beyond the reserve.
  func putBack(_ slots: Magazine.Slots, count: Int, to cache: SlabCache) {
    let pool = cache.descriptor.pointee.pool
    cache.descriptor.pointee.flushes.add(1, ordering: .relaxed)
    let empty = pool.pointee.lock.withLock {
      pool.pointee.put(slots, count: count)
      return pool.pointee.emptySlabs
    }
    if empty > configuration.emptySlabReserve {
      releaseEmptySlabs(of: pool, keeping: configuration.emptySlabReserve)
    }
  }

  /// Adds a slab to a pool: of the preferred order, or, as the page allocator refuses, of the next lower ones that hold
  /// an object.
  func grow(_ pool: UnsafeMutablePointer<SlabPool>) -> Bool {
    pageAllocator.pointee.lock.withLock {
      var order = pool.pointee.geometry.preferredOrder
      while order >= pool.pointee.geometry.minimumOrder {
        if let frame = pageAllocator.pointee.allocate(order: order, for: .slab) {
          guard let metadata = calloc(1, pool.pointee.metadataBytes(order: order)) else {
            pageAllocator.pointee.free(frame)
            return false
          }
          pool.pointee.lock.withLock { pool.pointee.adopt(frame, metadata: metadata) }
          return true
        }
        order -= 1
      }
      return false
    }
  }

  /// Returns a pool's empty slabs to the page allocator, all but `reserve` of them.
  /// - Returns: pages returned.
  @discardableResult
  func releaseEmptySlabs(of pool: UnsafeMutablePointer<SlabPool>, keeping reserve: Int) -> Int {
    pageAllocator.pointee.lock.withLock {
      var pages = 0
      while let (frame, metadata) = pool.pointee.lock.withLock({
        pool.pointee.emptySlabs > reserve ? pool.pointee.releaseEmpty() : nil
      }) {
        Glibc.free(metadata)
        pages += 1 << Int(memory.pages[Int(frame)].order)
        pageAllocator.pointee.free(frame)
      }
      return pages
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
      pageAllocator.pointee.lock.withLock { large.pointee.failed += 1 }
      return nil
    }
    var order = 0
    while MachineMemory.pageBytes << order < bytes { order += 1 }
    if let block = claimLarge(bytes: bytes, order: order) { return block }
    if reclaim(), let block = claimLarge(bytes: bytes, order: order) { return block }
    pageAllocator.pointee.lock.withLock { large.pointee.failed += 1 }
    return nil
  }

  private func claimLarge(bytes: Int, order: Int) -> UnsafeMutableRawPointer? {
    pageAllocator.pointee.lock.withLock {
      guard let frame = pageAllocator.pointee.allocate(order: order, for: .large) else { return nil }
      memory.pages[Int(frame)].objectCount = UInt32(bytes)
      large.pointee.count += 1
      large.pointee.requestedBytes += bytes
      large.pointee.blockBytes += MachineMemory.pageBytes << order
      return memory.address(ofPage: Int(frame))
    }
  }

  /// Frees the block of a large request; false when `object` is not the start of one.
  func freeLarge(_ object: UnsafeMutableRawPointer) -> Bool {
    pageAllocator.pointee.lock.withLock {
      let frame = (object - memory.base) >> MachineMemory.pageShift
      guard memory.pages[frame].use == .large, memory.address(ofPage: frame) == object else { return false }
      large.pointee.count -= 1
      large.pointee.requestedBytes -= Int(memory.pages[frame].objectCount)
      large.pointee.blockBytes -= MachineMemory.pageBytes << Int(memory.pages[frame].order)
      pageAllocator.pointee.free(UInt32(frame))
      return true
    }
  }
}
