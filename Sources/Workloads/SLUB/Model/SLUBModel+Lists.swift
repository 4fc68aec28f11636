extension SLUBModel {
  /// Adds a slab to the node partial list (add_partial).
  mutating func addPartial(_ slab: Int32, to cache: Int32, atTail: Bool) {
    let (index, state) = (Int(slab), Int(cache))
    slabs[index].location = .nodePartial
    if atTail {
      let last = states[state].lastPartial
      slabs[index].previous = last
      slabs[index].next = SLUBModel.none
      if last >= 0 { slabs[Int(last)].next = slab } else { states[state].firstPartial = slab }
      states[state].lastPartial = slab
    } else {
      let first = states[state].firstPartial
      slabs[index].previous = SLUBModel.none
      slabs[index].next = first
      if first >= 0 { slabs[Int(first)].previous = slab } else { states[state].lastPartial = slab }
      states[state].firstPartial = slab
    }
    states[state].partialSlabs &+= 1
    states[state].freeObjectsOnNode &+= Int(slabs[index].objects &- slabs[index].inUse)
    states[state].nodeListOperations &+= 1
  }

  /// Removes a slab from the node partial list (remove_partial). The caller must add it to another list, discard it, or use
  /// all of its objects.
  mutating func removePartial(_ slab: Int32, from cache: Int32) {
    let (index, state) = (Int(slab), Int(cache))
    let (previous, next) = (slabs[index].previous, slabs[index].next)
    if previous >= 0 { slabs[Int(previous)].next = next } else { states[state].firstPartial = next }
    if next >= 0 { slabs[Int(next)].previous = previous } else { states[state].lastPartial = previous }
    slabs[index].previous = SLUBModel.none
    slabs[index].next = SLUBModel.none
    slabs[index].location = .full
    states[state].partialSlabs &-= 1
    states[state].freeObjectsOnNode &-= Int(slabs[index].objects &- slabs[index].inUse)
    states[state].nodeListOperations &+= 1
  }

  /// Adds a slab to the head of a per-CPU partial list, without checking its limit.
  mutating func pushCPUPartial(_ slab: Int32, of cache: Int32, on cpu: Int32) {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    slabs[Int(slab)].location = .cpuPartial
    slabs[Int(slab)].next = cpus[cpuIndex].firstPartial
    cpus[cpuIndex].firstPartial = slab
    cpus[cpuIndex].partialSlabs &+= 1
  }
}
