internal import Synchronization

/// Operations of the engine for the shuffler.
extension SlabEngine {
  /// Sets the mover of a cache's objects (see `ObjectMover`), which replaces the one in the cache's options; nil if the
  /// objects cannot be moved. Any thread may call this.
  public func setMover(_ mover: ObjectMover?, for cache: SlabCache) {
    movers.withLock { $0[cache.index] = .some(mover) }
  }

  func mover(of cache: SlabCache) -> ObjectMover? {
    movers.withLock { $0[cache.index] } ?? cache.descriptor.pointee.options.mover
  }

  /// Allocates up to `count` objects for a cache from the fullest partial slabs, as targets of moves. Returns fewer
  /// objects rather than use an empty slab.
  func allocateMoveTargets(_ pool: GuardedPool, _ count: Int, for cache: SlabCache) -> [UnsafeMutableRawPointer] {
    [UnsafeMutableRawPointer](unsafeUninitializedCapacity: count) { slots, taken in
      taken = pool.withLock { pool in
        var taken = 0
        while taken < count, pool.hasPartialSlab {
          // One slab at a time, because the slab after the last partial one is empty. It is not known which CPU will
          // use the objects; remote frees are returned to CPU 0.
          let wanted = min(count - taken, pool.freeObjectsInFullestSlab)
          let got = pool.take(wanted, into: slots.baseAddress! + taken, for: cache.index, cpu: 0)
          if got == 0 { break }
          taken += got
        }
        return taken
      }
    }
  }

  /// Returns the pages of an empty slab to the page allocator.
  /// - Returns: The number of pages; 0 if objects were allocated from the slab meanwhile.
  func releaseEmptySlab(_ frame: UInt32, of pool: GuardedPool) -> Int {
    pages.withLock { pages in
      guard pool.withLock({ $0.release(frame) }) else { return 0 }
      let order = Int(memory.pages[Int(frame)].order)
      pages.allocator.free(frame)
      return 1 << order
    }
  }

  /// Releases the memory of free blocks to the operating system, the largest first, until `reserve` backed free pages
  /// remain; at most 256 blocks per call, because each block takes a system call.
  /// - Returns: The number of pages released.
  func releaseFreePages(keeping reserve: Int) -> Int {
    pages.withLock { pages in
      var (returned, blocks) = (0, 0)
      for order in (0...PageAllocator.maximumOrder).reversed() {
        while blocks < 256, pages.allocator.freePages - pages.allocator.unbackedFreePages - (1 << order) >= reserve,
          let frame = pages.allocator.firstBacked(order: order), memory.releaseToSystem(frame, order: order)
        {
          pages.allocator.markUnbacked(frame)
          returned += 1 << order
          blocks += 1
        }
      }
      return returned
    }
  }

  /// Moves the record of an object to the object's new address.
  func moveRecord(from old: UnsafeMutableRawPointer, to new: UnsafeMutableRawPointer) {
    guard let from = record(of: old), let to = record(of: new) else { return }
    to.pointee = from.pointee.move(to: new)
  }

  /// Ends the record of an object that its mover declared unneeded.
  func endRecord(of object: UnsafeMutableRawPointer, _ cache: SlabCache) {
    guard let record = record(of: object) else { return }
    cache.descriptor.pointee.requestedBytesFreedByShuffler.add(
      bytesRequestedBySize(of: record.pointee), ordering: .relaxed)
    record.pointee.free(site: 0, tag: ObjectRecord.freedTag(cpu: 0))
  }
}
