/// Operations of a pool for the shuffler. Called with the pool's lock held.
extension SlabPool {
  /// An object in use: live, or free in a magazine or depot.
  struct ObjectInUse {
    let address: UnsafeMutableRawPointer
    let owner: Int
  }

  /// Whether so many objects are free in partial slabs or depots that at least one slab could be freed, and more than
  /// `share` of the pool's objects.
  func isFragmented(beyond share: Double, inDepots: Int) -> Bool {
    let free = counts.freeObjectsInPartialSlabs + inDepots
    return Double(free) > share * Double(counts.totalObjects)
      && free > geometry.objects(inOrder: geometry.minimumOrder)
  }

  /// Returns the partial slabs in ascending order of objects in use, without pinned ones. Among slabs with equally many
  /// objects, those at the end of memory come first, so that the returned pages merge into larger blocks.
  func sparseSlabs() -> [UInt32] {
    SlabPool.partialLists.flatMap { list in
      var frames: [UInt32] = []
      lists[list].forEach(in: pages) { frame in if !pages[Int(frame)].isPinned { frames.append(frame) } }
      guard !isOrdered else { return frames.sorted(by: >) }
      // An unordered pool has all its partial slabs on one list.
      return frames.sorted { (pages[Int($0)].freeCount, $0) > (pages[Int($1)].freeCount, $1) }
    }
  }

  /// Returns the number of free objects of a slab.
  func freeObjects(of frame: UInt32) -> Int { Int(pages[Int(frame)].freeCount) }

  /// Whether the other partial slabs have room for the objects in use of this slab.
  func hasRoomElsewhere(than frame: UInt32) -> Bool {
    let slab = pages[Int(frame)]
    let inUse = Int(slab.objectCount) - Int(slab.freeCount)
    return counts.freeObjectsInPartialSlabs - Int(slab.freeCount) >= inUse
  }

  /// Begins the evacuation of a partial slab: moves the slab to `evacuatingList`, so that no object is allocated from
  /// it.
  /// - Parameter leastFree: Number of free objects that the slab must have.
  /// - Returns: The objects in use; nil if this is no longer a partial slab of this pool, or has fewer free objects.
  mutating func beginEvacuation(_ frame: UInt32, withFreeObjects leastFree: Int = 0) -> [ObjectInUse]? {
    let slab = pages + Int(frame)
    guard slab.pointee.use == .slab, slab.pointee.poolIndex == UInt16(index),
      SlabPool.partialLists.contains(Int(slab.pointee.occupancy)), Int(slab.pointee.freeCount) >= leastFree
    else { return nil }
    move(slab, frame, to: SlabPool.evacuatingList)
    return (0..<Int(slab.pointee.objectCount)).compactMap { number in
      slab.freeBits![number >> 6] >> UInt64(number & 63) & 1 == 1
        ? nil : ObjectInUse(address: object(number, of: frame), owner: ownerTags.owner(ofObject: number, of: slab))
    }
  }

  /// Finishes the evacuation of a slab: moves the slab to the list for its occupancy.
  /// - Returns: Whether the slab is empty.
  mutating func finishEvacuation(_ frame: UInt32, isPinned: Bool) -> Bool {
    let slab = pages + Int(frame)
    slab.pointee.isPinned = isPinned
    let list = list(
      free: Int(slab.pointee.freeCount), objects: Int(slab.pointee.objectCount), order: Int(slab.pointee.order))
    move(slab, frame, to: list)
    return list == SlabPool.emptyList
  }

  /// Lowers the recent peak towards the number of slabs in use, and with it the reserve of empty slabs.
  /// - Parameter isMemoryShort: Whether few pages are free; if not, no empty slab is protected from reclaim any more.
  mutating func decayPeak(isMemoryShort: Bool) {
    recentPeak = max(slabs - emptySlabs, recentPeak - recentPeak >> 2)
    self.isMemoryShort = self.isMemoryShort && isMemoryShort
  }
}
