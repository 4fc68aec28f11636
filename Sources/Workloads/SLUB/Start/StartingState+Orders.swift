/// Slabs of another page order than the recorded kernel's: what a cache would hold at the start if the kernel had been booted
/// with other parameters.
///
/// How that kernel would have come to its slabs is not recorded. The rule therefore claims neither gain nor loss of what
/// happened before the first event, except where SLUB cannot be in such a state:
/// - A cache has the same number of live objects.
/// - The node partial list and each CPU's partial list have the same objects, in use and free, and so the same share of free
///   space: neighbouring slabs of a list are joined, or one is cut, and each new slab is as full as those that it is made of.
///   Numbers are rounded to whole slabs.
/// - A CPU allocates from one slab, of whatever order; that is as full as it was.
/// - The node partial list has no more empty slabs than `min_partial` permits: SLUB discards others as soon as they are empty.
/// - All other live objects are in full slabs, the last of which may be partial.
extension Array<StartingState.SlabGroup> {
  /// The slabs of a cache laid out anew in slabs of another page order.
  /// - Parameters:
  ///   - old: the parameters with which the slabs came about.
  ///   - new: the parameters, of the same stride, that the cache has in the replay.
  /// - Complexity: O(slabs).
  func laidOut(from old: SLUBCacheLayout, to new: SLUBCacheLayout) -> [StartingState.SlabGroup] {
    let objectsPerSlab = Swift.max(1, new.objectsPerSlab)
    var laidOut: [StartingState.SlabGroup] = []
    var live = reduce(0) { $0 + $1.objectsInUse * $1.count }
    func add(_ place: StartingState.SlabGroup.Place, inUse: Int) {
      let inUse = Swift.min(inUse, live, objectsPerSlab)
      live -= inUse
      laidOut.append(StartingState.SlabGroup(place, objectsInUse: inUse))
    }
    var onNode = 0
    for place in listsInOrder {
      var pool = ObjectPool()
      func addSlab() {
        let inUse = pool.removeSlab(of: objectsPerSlab)
        if place == .node {
          guard inUse > 0 || onNode < new.minimumPartial else { return }
          onNode += 1
        }
        add(place, inUse: inUse)
      }
      for group in self where group.place == place {
        let objects = SLUBParameters.objects(order: group.fallbackOrder ?? old.order, stride: old.stride)
        for _ in 0..<group.count {
          pool.add(objects: objects, inUse: group.objectsInUse)
          while pool.objects >= objectsPerSlab { addSlab() }
        }
      }
      if pool.objects * 2 >= objectsPerSlab { addSlab() }
    }
    for group in self {
      guard case .cpuSlab = group.place else { continue }
      let objects = SLUBParameters.objects(order: group.fallbackOrder ?? old.order, stride: old.stride)
      for _ in 0..<group.count { add(group.place, inUse: group.objectsInUse * objectsPerSlab / Swift.max(1, objects)) }
    }
    let (full, rest) = live.quotientAndRemainder(dividingBy: objectsPerSlab)
    if full > 0 { laidOut.append(StartingState.SlabGroup(.full, objectsInUse: objectsPerSlab, count: full)) }
    if rest > 0 { laidOut.append(StartingState.SlabGroup(.node, objectsInUse: rest)) }
    return laidOut
  }

  /// The partial lists that have slabs, each once.
  private var listsInOrder: [StartingState.SlabGroup.Place] {
    var lists: [StartingState.SlabGroup.Place] = []
    for group in self where !lists.contains(group.place) {
      switch group.place {
      case .node, .cpuPartial: lists.append(group.place)
      case .cpuSlab, .full: break
      }
    }
    return lists
  }
}

/// Objects of a list that are not yet in a new slab.
private struct ObjectPool {
  private(set) var objects = 0
  private var inUse = 0

  mutating func add(objects: Int, inUse: Int) {
    self.objects += objects
    self.inUse += inUse
  }

  /// Removes the objects of one slab: as many of those in use as are its share.
  /// - Returns: objects in use of the slab.
  mutating func removeSlab(of count: Int) -> Int {
    guard objects > count else {
      // The last slab of the list. It may have more objects than are left: it is as full as they are.
      let share = objects > 0 ? (inUse * count + objects / 2) / objects : 0
      (objects, inUse) = (0, 0)
      return share
    }
    let share = (inUse * count + objects / 2) / objects
    objects -= count
    inUse -= share
    return share
  }
}
