internal import Synchronization

/// What the shuffler asks of the engine.
extension SlabEngine {
  /// Sets what moves a cache's objects (see `ObjectMover`), in place of what it was made with; nil for nothing.
  public func setMover(_ mover: ObjectMover?, for cache: SlabCache) {
    movers.withLock { $0[cache.index] = .some(mover) }
  }

  func mover(of cache: SlabCache) -> ObjectMover? {
    movers.withLock { $0[cache.index] } ?? cache.descriptor.pointee.options.mover
  }

  /// Takes up to so many objects for a cache from the fullest partial slabs; fewer, when more would take an empty slab.
  func takeFromFuller(_ pool: GuardedPool, _ count: Int, for cache: SlabCache) -> [UnsafeMutableRawPointer] {
    [UnsafeMutableRawPointer](unsafeUninitializedCapacity: count) { slots, taken in
      taken = pool.withLock { pool in
        var taken = 0
        while taken < count, pool.hasPartialSlab {
          // A slab at a time, since what comes after the partial ones is empty. The CPU that the slab is home to is unknown
          // here: objects that go home go to the first.
          let wanted = min(count - taken, pool.freeObjectsInFullestSlab)
          let got = pool.take(wanted, into: slots.baseAddress! + taken, for: cache.index, cpu: 0)
          if got == 0 { break }
          taken += got
        }
        return taken
      }
    }
  }

  /// Returns the pages of one empty slab.
  /// - Returns: pages returned; none when the slab was taken from meanwhile.
  func releaseEmptySlab(_ frame: UInt32, of pool: GuardedPool) -> Int {
    pages.withLock { pages in
      guard pool.withLock({ $0.release(frame) }) else { return 0 }
      let order = Int(memory.pages[Int(frame)].order)
      pages.allocator.free(frame)
      return 1 << order
    }
  }

  /// Gives the system free blocks, the largest first, all but so many pages; a few hundred blocks a call, since each
  /// takes the system a microsecond.
  /// - Returns: pages that the system has back.
  func returnFreePages(keeping reserve: Int) -> Int {
    pages.withLock { pages in
      var (returned, blocks) = (0, 0)
      for order in (0...PageAllocator.maximumOrder).reversed() {
        while blocks < 256, pages.allocator.freePages - pages.allocator.pagesWithSystem - (1 << order) >= reserve,
          let frame = pages.allocator.firstBacked(order: order), memory.returnToSystem(frame, order: order)
        {
          pages.allocator.markWithSystem(frame)
          returned += 1 << order
          blocks += 1
        }
      }
      return returned
    }
  }

  /// What is recorded of an object goes with it.
  func moveRecord(from old: UnsafeMutableRawPointer, to new: UnsafeMutableRawPointer) {
    guard let from = memory.place(of: old), let to = memory.place(of: new),
      let records = from.slab.pointee.records, let newRecords = to.slab.pointee.records
    else { return }
    newRecords[to.object] = records[from.object]
    records[from.object].forget()
  }

  /// An object that its owner needs no more: its record ends.
  func endRecord(of object: UnsafeMutableRawPointer, _ cache: SlabCache) {
    guard let place = memory.place(of: object), let records = place.slab.pointee.records else { return }
    if cache.isGeneral {
      cache.descriptor.pointee.requestedGivenUp.add(Int(records[place.object].requested), ordering: .relaxed)
    }
    records[place.object].free(site: 0, cpu: 0)
  }
}
