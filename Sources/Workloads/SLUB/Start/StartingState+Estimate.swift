extension StartingState.Cache {
  /// The places of the cache's slabs: from the lengths of its lists if these are known, else by the rule of a cache at rest.
  ///
  /// Then known are the slabs, and the objects free on the node partial list. The rule, which depends on nothing else:
  /// - The node keeps up to `min_partial` - 1 empty slabs, since SLUB does not discard those; its other slabs are half full.
  /// - Each CPU has a slab, half of it in use, and a partial list of half its limit.
  /// - A slab on a CPU's list has 0 to 1/4 of its objects in use, drawn at random: slabs join that list at the first free
  ///   of an object and stay while the others are freed, so that what is left on the list of a cache at rest is nearly empty.
  /// - All other slabs are full.
  func estimatedOccupancy(
    _ layout: SLUBCacheLayout, cpus: Int, random: inout SplitMix64
  ) -> [StartingState.SlabGroup] {
    if let lists { return listedOccupancy(lists, layout, cpus: cpus, random: &random) }
    var groups: [StartingState.SlabGroup] = []
    var left = slabs
    func add(_ place: StartingState.SlabGroup.Place, inUse: Int) {
      groups.append(StartingState.SlabGroup(place, objectsInUse: inUse))
      left -= 1
    }
    let objects = max(1, objectsPerSlab)
    var (free, empty) = (max(0, totalObjects - activeObjects), 0)
    while free > 0, left > 0 {
      let isEmpty = empty < layout.minimumPartial - 1 && free >= objects
      // No slab of the node has more free than the half, unless too few slabs are left for so much.
      let least = (free + left - 1) / left
      let taken = min(free, isEmpty ? objects : max(1, objects / 2, min(least, objects)))
      if isEmpty { empty += 1 }
      free -= taken
      add(.node, inUse: objects - taken)
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
