extension SLUBModel {
  /// Allocates the slabs that a cache has at the start, and adds them to their lists.
  ///
  /// If the variant has no CPU slabs and no per-CPU partial lists (Linux 7.0 and later), their slabs are added to the node.
  /// - Returns: Slab of each object in use; fewer than in `groups` if memory is exhausted.
  mutating func makeStartingSlabs(_ groups: [StartingState.SlabGroup], of cache: Int32) -> [Int32] {
    var residents: [Int32] = []
    // A per-CPU partial list is last in, first out.
    let ordered = groups.filter { !$0.isOnCPUList } + groups.filter(\.isOnCPUList).reversed()
    for group in ordered {
      for _ in 0..<group.count {
        let slab = allocateSlab(cache, order: group.fallbackOrder)
        guard slab >= 0 else { return residents }
        let inUse = min(max(0, group.objectsInUse), Int(slabs[Int(slab)].objects))
        slabs[Int(slab)].inUse = UInt16(inUse)
        states[Int(cache)].objectsInUse += inUse
        residents.append(contentsOf: repeatElement(slab, count: inUse))
        put(slab, of: cache, at: group.location)
      }
    }
    // The counters start with the first event.
    pageCounts[Int(cache)].resetCounters()
    return residents
  }

  private mutating func put(_ slab: Int32, of cache: Int32, at location: StartingState.SlabGroup.Location) {
    guard slabs[Int(slab)].inUse < slabs[Int(slab)].objects else { return slabs[Int(slab)].location = .full }
    switch location {
    case .cpuSlab(let cpu) where parameters.variant == .cpuSlabs && cpu < cpuCount:
      let index = Int(cache) * cpuCount + cpu
      guard cpus[index].slab < 0 else { return addPartial(slab, to: cache, atTail: true) }
      slabs[Int(slab)].location = .cpuSlab
      cpus[index].slab = slab
    case .cpuPartial(let cpu) where parameters.variant == .cpuSlabs && cpu < cpuCount:
      pushCPUPartial(slab, of: cache, on: Int32(cpu))
    default: addPartial(slab, to: cache, atTail: true)
    }
  }

  /// Fills sheaves with the number of objects that the kernel had in sheaves: first the main sheaves of the CPUs, then their
  /// spare sheaves, then the sheaves of the barn.
  /// - Parameters:
  ///   - objects: Number of objects in sheaves.
  ///   - residents: Slab of each object in use. Objects that move to a sheaf are removed.
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
    while left > 0, states[Int(cache)].fullSheafCount < SLUBModel.maximumSheavesInBarn {
      let sheaf = sheaves.make(capacity: Int32(capacity))
      fill(sheaf, min(capacity, left))
      sheaves.link(sheaf, to: &states[Int(cache)].fullSheaves)
      states[Int(cache)].fullSheafCount += 1
    }
  }

  /// Fills half of the main sheaf of each CPU, for a cache whose number of objects in sheaves is unknown.
  /// - Parameter residents: Slab of each object in use. Objects that move to a sheaf are removed.
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
  fileprivate var isOnCPUList: Bool { if case .cpuPartial = location { true } else { false } }
}

extension SLUBModel.PageCounts {
  fileprivate mutating func resetCounters() {
    (grown, returned) = (InlineArray(repeating: 0), InlineArray(repeating: 0))
    (refused, fallenBack) = (InlineArray(repeating: 0), InlineArray(repeating: 0))
  }
}
