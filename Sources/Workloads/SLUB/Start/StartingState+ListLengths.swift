extension StartingState.Cache {
  /// Estimates the objects in use of each slab from the lengths of the lists.
  ///
  /// In recordings with the occupancy of every slab, one third of the slabs on partial lists are empty when nearly half of
  /// their objects are in use, on CPUs and on the node. So if a share r of the objects on a list is in use, the share of slabs
  /// that are not empty is estimated as the square root of r, and so is the share of their objects that is in use.
  /// - For the node, r is known. At most `min_partial` of its slabs are empty, because SLUB discards further ones.
  /// - For the CPUs, r of the node is used, because slabs move between the CPUs and the node. If the node has no slabs, r is the
  ///   share of full slabs in the cache, because a cache without full slabs has no long-lived objects.
  /// - The numbers of objects in use are distributed evenly about their mean. All other slabs are full.
  func occupancyFromListLengths(
    _ lists: StartingState.SlabLists, _ layout: SLUBCacheLayout, cpus: Int, random: inout SplitMix64
  ) -> [StartingState.SlabGroup] {
    let objects = max(1, objectsPerSlab)
    var groups = objectsInUseOnNode(lists, minimumPartial: layout.minimumPartial, random: &random).map {
      StartingState.SlabGroup(.node, objectsInUse: $0)
    }
    let node = groups.count
    let onNode = groups.reduce(0) { $0 + $1.objectsInUse }
    let full = max(0, slabs - node - lists.cpuSlabs - lists.cpuPartial.reduce(0, +))
    let share = node > 0 ? Double(onNode) / Double(node * objects) : Double(full) / Double(max(1, slabs))
    let used = share.squareRoot()
    // Slabs that are not empty have equal distances on the lists, so that their number hardly depends on the seed.
    var position = Double.random(in: 0..<1, using: &random)
    func add(_ location: StartingState.SlabGroup.Location) {
      guard groups.count < slabs else { return }
      position += used
      var count = 0
      if position >= 1 {
        position -= 1
        let spread = min(used, 1 - used)
        let inUse = Double.random(in: (used - spread)...(used + spread), using: &random)
        count = min(max(1, Int((inUse * Double(objects)).rounded())), objects - 1)
      }
      groups.append(StartingState.SlabGroup(location, objectsInUse: count))
    }
    for cpu in 0..<min(cpus, max(0, lists.cpuSlabs)) { add(.cpuSlab(cpu: cpu)) }
    for (cpu, count) in lists.cpuPartial.enumerated() where cpu < cpus {
      for _ in 0..<min(max(0, count), slabs) { add(.cpuPartial(cpu: cpu)) }
    }
    let left = slabs - groups.count
    if left > 0 { groups.append(StartingState.SlabGroup(.full, objectsInUse: objects, count: left)) }
    return groups
  }

  /// Estimates the objects in use of each slab of the node partial list.
  private func objectsInUseOnNode(
    _ lists: StartingState.SlabLists, minimumPartial: Int, random: inout SplitMix64
  ) -> [Int] {
    let (slabs, most) = (min(max(0, lists.node), self.slabs), max(0, objectsPerSlab - 1))
    var left = min(max(0, lists.objectsOnNode), slabs * most)
    guard slabs > 0, left > 0 else { return [Int](repeating: 0, count: slabs) }
    // A partial slab has at least one object in use and one free object.
    let share = Double(left) / Double(slabs * (most + 1))
    let empty = min(minimumPartial, Int((Double(slabs) * (1 - share.squareRoot())).rounded()))
    let used = min(slabs, left, max(slabs - empty, (left + most - 1) / most))
    let mean = Double(left) / Double(used)
    let spread = min(mean - 1, Double(most) - mean)
    var counts = [Int](repeating: 0, count: slabs)
    for slab in 0..<used {
      let position = used > 1 ? Double(slab) / Double(used - 1) * 2 - 1 : 0
      counts[slab] = min(max(1, Int((mean + spread * position).rounded())), most)
      left -= counts[slab]
    }
    // Correct the difference that rounding caused.
    var slab = 0
    while left != 0 {
      let step = left > 0 ? 1 : -1
      if (1...most).contains(counts[slab] + step) {
        counts[slab] += step
        left -= step
      }
      slab = (slab + 1) % used
    }
    counts.shuffle(using: &random)
    return counts
  }
}
