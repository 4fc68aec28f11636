extension SLUBModel {
  /// Adds a slab to the node partial list (add_partial).
  mutating func addPartial(_ slab: Int32, to cache: Int32, atTail: Bool) {
    let (index, state) = (Int(slab), Int(cache))
    slabs[index].place = .nodePartial
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
    states[state].freeOnNode &+= Int(slabs[index].objects &- slabs[index].inUse)
    states[state].nodeListOperations &+= 1
  }

  /// Removes a slab from the node partial list (remove_partial). The caller puts it on another list or discards it.
  mutating func removePartial(_ slab: Int32, from cache: Int32) {
    let (index, state) = (Int(slab), Int(cache))
    let (previous, next) = (slabs[index].previous, slabs[index].next)
    if previous >= 0 { slabs[Int(previous)].next = next } else { states[state].firstPartial = next }
    if next >= 0 { slabs[Int(next)].previous = previous } else { states[state].lastPartial = previous }
    slabs[index].previous = SLUBModel.none
    slabs[index].next = SLUBModel.none
    slabs[index].place = .full
    states[state].partialSlabs &-= 1
    states[state].freeOnNode &-= Int(slabs[index].objects &- slabs[index].inUse)
    states[state].nodeListOperations &+= 1
  }

  /// Puts a slab first on a CPU's partial list, whatever the list's limit is.
  mutating func pushCPUPartial(_ slab: Int32, of cache: Int32, on cpu: Int32) {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    slabs[Int(slab)].place = .cpuPartial
    slabs[Int(slab)].next = cpus[place].firstPartial
    cpus[place].firstPartial = slab
    cpus[place].partialSlabs &+= 1
  }
}
