/// What the shuffler asks of a pool, with its lock held.
extension SlabPool {
  /// An object out of a slab: live, or in a magazine.
  struct ObjectOut {
    let address: UnsafeMutableRawPointer
    let owner: Int
  }

  /// Whether so many objects are free, in partial slabs or in depots, that returning and evacuating some of them would
  /// free a whole slab.
  func isFragmented(beyond share: Double, inDepots: Int) -> Bool {
    let free = counts.freeObjectsInPartialSlabs + inDepots
    return Double(free) > share * Double(counts.totalObjects)
      && free > geometry.objects(inOrder: geometry.minimumOrder)
  }

  /// Partial slabs worth evacuating, the sparsest first: none of those where an object is known never to move. Of those
  /// as sparse as each other, those at the end of memory first, so that what is returned merges into larger blocks.
  func sparseSlabs() -> [UInt32] {
    SlabPool.partialLists.flatMap { list in
      var frames: [UInt32] = []
      lists[list].forEach(in: pages) { frame in if !pages[Int(frame)].mark { frames.append(frame) } }
      guard !isOrdered else { return frames.sorted(by: >) }
      // All partial slabs are on one list.
      return frames.sorted { (pages[Int($0)].freeCount, $0) > (pages[Int($1)].freeCount, $1) }
    }
  }

  /// Whether the other slabs have room for the objects that are out of this one.
  func hasRoomElsewhere(than frame: UInt32) -> Bool {
    let slab = pages[Int(frame)]
    let out = Int(slab.objectCount) - Int(slab.freeCount)
    return counts.freeObjectsInPartialSlabs - Int(slab.freeCount) >= out
  }

  /// Takes a partial slab off its list, so that nothing is taken from it.
  /// - Returns: the objects that are out of it; nil when it is no partial slab of this pool any more.
  mutating func setApart(_ frame: UInt32) -> [ObjectOut]? {
    let slab = pages + Int(frame)
    guard slab.pointee.use == .slab, slab.pointee.poolIndex == UInt16(index),
      SlabPool.partialLists.contains(Int(slab.pointee.occupancy))
    else { return nil }
    move(slab, frame, to: SlabPool.setApartList)
    return (0..<Int(slab.pointee.objectCount)).compactMap { number in
      slab.pointee.freeBits![number >> 6] >> UInt64(number & 63) & 1 == 1
        ? nil : ObjectOut(address: object(number, of: frame), owner: slab.pointee.owner(ofObject: number))
    }
  }

  /// Puts a slab that was set apart back where its free count puts it.
  /// - Returns: whether it is empty.
  mutating func endSettingApart(_ frame: UInt32, isPinned: Bool) -> Bool {
    let slab = pages + Int(frame)
    slab.pointee.mark = isPinned
    let list = list(
      free: Int(slab.pointee.freeCount), objects: Int(slab.pointee.objectCount), order: Int(slab.pointee.order))
    move(slab, frame, to: list)
    return list == SlabPool.emptyList
  }

  /// Lets the reserve of empty slabs follow what is in use now.
  mutating func forgetPeak() { recentPeak = max(slabs - emptySlabs, recentPeak - recentPeak >> 2) }
}
