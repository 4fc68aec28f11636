extension StartingState.Cache {
  /// Estimates the list and the objects in use of each slab: from the lengths of the lists if they are known, otherwise by the
  /// following rule for a cache at rest.
  ///
  /// The rule depends only on the number of slabs and the number of free objects on the node partial list:
  /// - The node has up to `min_partial` - 1 empty slabs, which SLUB does not discard. Its other slabs are half full.
  /// - Each CPU has a half full CPU slab, and a partial list of half the maximum length.
  /// - A slab on a per-CPU partial list has a random number of objects in use, up to 1/4 of its objects. A slab is added to the
  ///   list at the first free of one of its objects and stays there during the following frees, so that the slabs on the list
  ///   of a cache at rest are nearly empty.
  /// - All other slabs are full.
  func estimatedOccupancy(
    _ layout: SLUBCacheLayout, cpus: Int, random: inout SplitMix64
  ) -> [StartingState.SlabGroup] {
    if let lists { return occupancyFromListLengths(lists, layout, cpus: cpus, random: &random) }
    var groups: [StartingState.SlabGroup] = []
    var left = slabs
    func add(_ location: StartingState.SlabGroup.Location, inUse: Int) {
      groups.append(StartingState.SlabGroup(location, objectsInUse: inUse))
      left -= 1
    }
    let objects = max(1, objectsPerSlab)
    var (free, empty) = (max(0, totalObjects - activeObjects), 0)
    while free > 0, left > 0 {
      let isEmpty = empty < layout.minimumPartial - 1 && free >= objects
      // At most half of the objects of a slab are free, unless too few slabs are left for all free objects.
      let least = (free + left - 1) / left
      let freeObjects = min(free, isEmpty ? objects : max(1, objects / 2, min(least, objects)))
      if isEmpty { empty += 1 }
      free -= freeObjects
      add(.node, inUse: objects - freeObjects)
    }
    for cpu in 0..<cpus where left > 0 { add(.cpuSlab(cpu: cpu), inUse: objects / 2) }
    for _ in 0..<(layout.cpuPartialSlabs / 2) {
      for cpu in 0..<cpus where left > 0 {
        add(.cpuPartial(cpu: cpu), inUse: Int.random(in: 0...(objects / 4), using: &random))
      }
    }
    if left > 0 { groups.append(StartingState.SlabGroup(.full, objectsInUse: objects, count: left)) }
    return groups
  }
}
