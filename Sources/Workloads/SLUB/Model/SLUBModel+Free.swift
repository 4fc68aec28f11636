extension SLUBModel {
  /// Frees an object of a slab on behalf of a CPU.
  @inline(__always)
  public mutating func free(_ slab: Int32, on cpu: Int32) {
    let cache = slabs[Int(slab)].cache
    if states[Int(cache)].sheafCapacity == 0 {
      returnToSlab(slab, on: cpu)
    } else {
      freeToSheaf(slab, of: cache, on: cpu)
    }
  }

  /// Returns an object to its slab (__slab_free). A slab that a CPU has, as its slab or on its partial list, stays where it
  /// is; a slab of the node may become empty; a full one becomes partial.
  @inline(__always)
  mutating func returnToSlab(_ slab: Int32, on cpu: Int32) {
    let index = Int(slab)
    slabs[index].inUse &-= 1
    states[Int(slabs[index].cache)].objectsInUse &-= 1
    switch slabs[index].place {
    case .cpuSlab, .cpuPartial, .released: break
    case .nodePartial:
      states[Int(slabs[index].cache)].freeOnNode &+= 1
      if slabs[index].inUse == 0 { discardIfEnoughPartial(slab) }
    case .full: addFormerlyFull(slab, on: cpu)
    }
  }

  /// Discards a slab of the node partial list that became empty, unless the list would be too short without it.
  @inline(never)
  private mutating func discardIfEnoughPartial(_ slab: Int32) {
    let cache = slabs[Int(slab)].cache
    guard states[Int(cache)].partialSlabs >= states[Int(cache)].minimumPartial else { return }
    removePartial(slab, from: cache)
    discard(slab)
  }

  /// Puts a slab on a list whose first object was freed: on the freeing CPU's partial list (put_cpu_partial), or at the
  /// tail of the node's if there are no CPU partial lists.
  @inline(never)
  private mutating func addFormerlyFull(_ slab: Int32, on cpu: Int32) {
    let cache = slabs[Int(slab)].cache
    let limit = states[Int(cache)].cpuPartialSlabs
    guard limit > 0 else { return addToNode(slab, atTail: true) }
    if cpus[Int(cache) &* cpuCount &+ Int(cpu)].partialSlabs >= limit { flushCPUPartial(of: cache, on: cpu) }
    pushCPUPartial(slab, of: cache, on: cpu)
  }

  /// Moves a CPU's whole partial list to the node, the slab added last first (__put_partials).
  mutating func flushCPUPartial(of cache: Int32, on cpu: Int32) {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    var slab = cpus[place].firstPartial
    cpus[place].firstPartial = SLUBModel.none
    cpus[place].partialSlabs = 0
    states[Int(cache)].flushes &+= 1
    while slab >= 0 {
      let next = slabs[Int(slab)].next
      addToNode(slab, atTail: true)
      slab = next
    }
  }

  /// Adds a slab to the node partial list, or discards it if it is empty and the list is long enough.
  mutating func addToNode(_ slab: Int32, atTail: Bool) {
    let cache = slabs[Int(slab)].cache
    if slabs[Int(slab)].inUse == 0, states[Int(cache)].partialSlabs >= states[Int(cache)].minimumPartial {
      discard(slab)
    } else {
      addPartial(slab, to: cache, atTail: atTail)
    }
  }

  /// Takes a CPU's slab away from it (deactivate_slab): to the head of the node partial list, since its objects were used
  /// last.
  mutating func deactivate(_ cache: Int32, on cpu: Int32) {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    let slab = cpus[place].slab
    guard slab >= 0 else { return }
    cpus[place].slab = SLUBModel.none
    if slabs[Int(slab)].inUse == slabs[Int(slab)].objects {
      slabs[Int(slab)].place = .full
    } else {
      addToNode(slab, atTail: false)
    }
  }

  /// Moves what CPUs have of a cache to the node, as writing `cpu_partial` does (flush_all).
  mutating func flushCPUs(of cache: Int32) {
    for cpu in 0..<Int32(cpuCount) {
      deactivate(cache, on: cpu)
      flushCPUPartial(of: cache, on: cpu)
    }
  }

  /// Releases what a cache has without need, as writing `shrink` does (kmem_cache_shrink): sheaves are flushed, CPUs give up
  /// their slabs, and empty slabs are discarded however few there are. The node's list is sorted, the fullest slabs first.
  public mutating func shrink(_ cache: Int32) {
    flushSheaves(of: cache)
    flushCPUs(of: cache)
    var partial: [Int32] = []
    while states[Int(cache)].firstPartial >= 0 {
      let slab = states[Int(cache)].firstPartial
      removePartial(slab, from: cache)
      if slabs[Int(slab)].inUse == 0 { discard(slab) } else { partial.append(slab) }
    }
    // Stable, so that equal states stay equal.
    let order = partial.indices.sorted { left, right in
      let (first, second) = (slabs[Int(partial[left])].inUse, slabs[Int(partial[right])].inUse)
      return first == second ? left < right : first > second
    }
    for index in order { addPartial(partial[index], to: cache, atTail: true) }
  }
}
