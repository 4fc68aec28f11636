/// Conversion of the slabs of a starting state to another page order, for boot parameters other than those of the recorded
/// kernel.
///
/// The events before the recording are unknown, so that the conversion assumes neither gain nor loss of memory before the first
/// event, except where SLUB cannot be in the resulting state:
/// - The number of live objects stays the same.
/// - The node partial list and each per-CPU partial list keep their numbers of objects in use and free. Neighbouring slabs of a
///   list are combined, or a slab is divided, and each new slab has the same share of objects in use. Numbers are rounded to
///   whole slabs.
/// - Each CPU slab becomes one slab of the new order with the same share of objects in use.
/// - The node partial list has at most `min_partial` empty slabs, because SLUB discards further ones.
/// - All other live objects are in full slabs, the last of which may be partial.
extension Array<StartingState.SlabGroup> {
  /// Converts the slabs of a cache to another page order.
  /// - Parameters:
  ///   - old: Parameters of the slabs.
  ///   - new: Parameters of the cache in the replay, with the same stride.
  /// - Complexity: O(slabs).
  func rearranged(from old: SLUBCacheLayout, to new: SLUBCacheLayout) -> [StartingState.SlabGroup] {
    let objectsPerSlab = Swift.max(1, new.objectsPerSlab)
    var rearranged: [StartingState.SlabGroup] = []
    var live = reduce(0) { $0 + $1.objectsInUse * $1.count }
    func add(_ location: StartingState.SlabGroup.Location, inUse: Int) {
      let inUse = Swift.min(inUse, live, objectsPerSlab)
      live -= inUse
      rearranged.append(StartingState.SlabGroup(location, objectsInUse: inUse))
    }
    var onNode = 0
    for location in listsInOrder {
      var pool = ObjectPool()
      func addSlab() {
        let inUse = pool.removeSlab(of: objectsPerSlab)
        if location == .node {
          guard inUse > 0 || onNode < new.minimumPartial else { return }
          onNode += 1
        }
        add(location, inUse: inUse)
      }
      for group in self where group.location == location {
        let objects = SLUBParameters.objects(order: group.fallbackOrder ?? old.order, stride: old.stride)
        for _ in 0..<group.count {
          pool.add(objects: objects, inUse: group.objectsInUse)
          while pool.objects >= objectsPerSlab { addSlab() }
        }
      }
      if pool.objects * 2 >= objectsPerSlab { addSlab() }
    }
    for group in self {
      guard case .cpuSlab = group.location else { continue }
      let objects = SLUBParameters.objects(order: group.fallbackOrder ?? old.order, stride: old.stride)
      for _ in 0..<group.count {
        add(group.location, inUse: group.objectsInUse * objectsPerSlab / Swift.max(1, objects))
      }
    }
    let (full, rest) = live.quotientAndRemainder(dividingBy: objectsPerSlab)
    if full > 0 { rearranged.append(StartingState.SlabGroup(.full, objectsInUse: objectsPerSlab, count: full)) }
    if rest > 0 { rearranged.append(StartingState.SlabGroup(.node, objectsInUse: rest)) }
    return rearranged
  }

  /// Partial lists with slabs, in the order of their first groups.
  private var listsInOrder: [StartingState.SlabGroup.Location] {
    var lists: [StartingState.SlabGroup.Location] = []
    for group in self where !lists.contains(group.location) {
      switch group.location {
      case .node, .cpuPartial: lists.append(group.location)
      case .cpuSlab, .full: break
      }
    }
    return lists
  }
}

/// Objects of a list that are not in a new slab yet.
private struct ObjectPool {
  private(set) var objects = 0
  private var inUse = 0

  mutating func add(objects: Int, inUse: Int) {
    self.objects += objects
    self.inUse += inUse
  }

  /// Removes the objects of one new slab, with a proportional number of objects in use.
  /// - Returns: Number of objects in use in the slab.
  mutating func removeSlab(of count: Int) -> Int {
    guard objects > count else {
      // The last slab of the list may have more objects than are left: it has the same share of objects in use.
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
