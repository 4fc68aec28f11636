extension SLUBModel {
  /// Lays out the slabs that a cache has at the start.
  ///
  /// Where there are no CPU slabs and lists (Linux since 7.0), slabs that would be there go to the node.
  /// - Returns: the slab of each object in use; shorter than the groups say if memory is exhausted.
  mutating func layOut(_ groups: [StartingState.SlabGroup], of cache: Int32) -> [Int32] {
    var residents: [Int32] = []
    // A CPU's list is last in, first out.
    let ordered = groups.filter { !$0.isOnCPUList } + groups.filter(\.isOnCPUList).reversed()
    for group in ordered {
      for _ in 0..<group.count {
        let slab = growSlab(cache, order: group.fallbackOrder)
        guard slab >= 0 else { return residents }
        let inUse = min(max(0, group.objectsInUse), Int(slabs[Int(slab)].objects))
        slabs[Int(slab)].inUse = UInt16(inUse)
        states[Int(cache)].objectsInUse += inUse
        residents.append(contentsOf: repeatElement(slab, count: inUse))
        place(slab, of: cache, at: group.place)
      }
    }
    // What was there before the first event did not happen during it.
    pageCounts[Int(cache)].forgetEvents()
    return residents
  }

  private mutating func place(_ slab: Int32, of cache: Int32, at place: StartingState.SlabGroup.Place) {
    guard slabs[Int(slab)].inUse < slabs[Int(slab)].objects else { return slabs[Int(slab)].place = .full }
    switch place {
    case .cpuSlab(let cpu) where parameters.variant == .cpuSlabs && cpu < cpuCount:
      let index = Int(cache) * cpuCount + cpu
      guard cpus[index].slab < 0 else { return addPartial(slab, to: cache, atTail: true) }
      slabs[Int(slab)].place = .cpuSlab
      cpus[index].slab = slab
    case .cpuPartial(let cpu) where parameters.variant == .cpuSlabs && cpu < cpuCount:
      pushCPUPartial(slab, of: cache, on: Int32(cpu))
    default: addPartial(slab, to: cache, atTail: true)
    }
  }

  /// Fills sheaves with as many residents as the kernel had free in sheaves: the CPUs' main ones, then their spare ones, then
  /// those of the node.
  mutating func fillSheaves(of cache: Int32, with objects: Int, from residents: inout [Int32]) {
    let capacity = Int(states[Int(cache)].sheafCapacity)
    guard capacity > 0 else { return }
    var left = min(objects, residents.count)
    func fill(_ sheaf: Int32, _ count: Int) {
      for _ in 0..<count { sheaves.push(residents.removeLast(), to: sheaf) }
      states[Int(cache)].objectsInSheaves += count
      left -= count
    }
    for sheaf in [\CPUState.mainSheaf, \.spareSheaf] {
      for cpu in 0..<cpuCount where left > 0 {
        let number = sheaves.make(capacity: Int32(capacity))
        cpus[Int(cache) * cpuCount + cpu][keyPath: sheaf] = number
        fill(number, min(capacity, (left + cpuCount - cpu - 1) / (cpuCount - cpu)))
      }
    }
    while left > 0, states[Int(cache)].fullSheafCount < SLUBModel.mostSheavesInBarn {
      let sheaf = sheaves.make(capacity: Int32(capacity))
      fill(sheaf, min(capacity, left))
      sheaves.link(sheaf, to: &states[Int(cache)].fullSheaves)
      states[Int(cache)].fullSheafCount += 1
    }
  }

  /// Fills each CPU's main sheaf to the half with residents, which then are free: their slabs count as in use.
  /// - Parameter residents: the slab of each object in use; those that are moved are removed from the end.
  mutating func fillSheaves(of cache: Int32, from residents: inout [Int32]) {
    let capacity = states[Int(cache)].sheafCapacity
    guard capacity > 0, parameters.variant == .cpuSlabs else { return }
    for cpu in 0..<cpuCount {
      let sheaf = sheaves.make(capacity: capacity)
      cpus[Int(cache) * cpuCount + cpu].mainSheaf = sheaf
      while sheaves.count(sheaf) < capacity / 2, let slab = residents.popLast() {
        sheaves.push(slab, to: sheaf)
        states[Int(cache)].objectsInSheaves += 1
      }
    }
  }
}

extension StartingState.SlabGroup {
  fileprivate var isOnCPUList: Bool { if case .cpuPartial = place { true } else { false } }
}

extension SLUBModel.PageCounts {
  fileprivate mutating func forgetEvents() {
    (grown, returned) = (InlineArray(repeating: 0), InlineArray(repeating: 0))
    (refused, fallenBack) = (InlineArray(repeating: 0), InlineArray(repeating: 0))
  }
}
