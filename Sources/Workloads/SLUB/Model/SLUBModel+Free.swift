extension SLUBModel {
  /// Frees an object of a slab on a CPU (slab_free).
  @inline(__always)
  package mutating func free(_ slab: Int32, on cpu: Int32) {
    let cache = slabs[Int(slab)].cache
    if states[Int(cache)].sheafCapacity == 0 {
      freeToSlab(slab, on: cpu)
    } else {
      freeToSheaf(slab, of: cache, on: cpu)
    }
  }

  /// Frees an object to its slab (__slab_free). A CPU slab and a slab on a per-CPU partial list stay where they are; an empty
  /// slab on the node partial list may be discarded; a full slab moves to a partial list.
  @inline(__always)
  mutating func freeToSlab(_ slab: Int32, on cpu: Int32) {
    let index = Int(slab)
    slabs[index].inUse &-= 1
    states[Int(slabs[index].cache)].objectsInUse &-= 1
    switch slabs[index].location {
    case .cpuSlab, .cpuPartial, .discarded: break
    case .nodePartial:
      states[Int(slabs[index].cache)].freeObjectsOnNode &+= 1
      if slabs[index].inUse == 0 { discardIfNodeHasEnoughPartialSlabs(slab) }
    case .full: listFormerlyFullSlab(slab, on: cpu)
    }
  }

  /// Discards a slab of the node partial list that became empty, if the list has at least `min_partial` slabs (the slab_empty
  /// path of __slab_free).
  @inline(never)
  private mutating func discardIfNodeHasEnoughPartialSlabs(_ slab: Int32) {
    let cache = slabs[Int(slab)].cache
    guard states[Int(cache)].partialSlabs >= states[Int(cache)].minimumPartial else { return }
    removePartial(slab, from: cache)
    discard(slab)
  }

  /// Adds a full slab, one object of which was freed, to the per-CPU partial list of the freeing CPU (put_cpu_partial), or to
  /// the tail of the node partial list if the cache has no per-CPU partial lists.
  @inline(never)
  private mutating func listFormerlyFullSlab(_ slab: Int32, on cpu: Int32) {
    let cache = slabs[Int(slab)].cache
    let limit = states[Int(cache)].cpuPartialSlabs
    guard limit > 0 else { return addToNodeOrDiscard(slab, atTail: true) }
    if cpus[Int(cache) &* cpuCount &+ Int(cpu)].partialSlabs >= limit { flushCPUPartial(of: cache, on: cpu) }
    pushCPUPartial(slab, of: cache, on: cpu)
  }

  /// Moves all slabs of a per-CPU partial list to the node, starting with the slab added last (__put_partials).
  mutating func flushCPUPartial(of cache: Int32, on cpu: Int32) {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    var slab = cpus[cpuIndex].firstPartial
    cpus[cpuIndex].firstPartial = SLUBModel.none
    cpus[cpuIndex].partialSlabs = 0
    states[Int(cache)].flushes &+= 1
    while slab >= 0 {
      let next = slabs[Int(slab)].next
      addToNodeOrDiscard(slab, atTail: true)
      slab = next
    }
  }

  /// Adds a slab to the node partial list, or discards it if it is empty and the list has at least `min_partial` slabs.
  mutating func addToNodeOrDiscard(_ slab: Int32, atTail: Bool) {
    let cache = slabs[Int(slab)].cache
    if slabs[Int(slab)].inUse == 0, states[Int(cache)].partialSlabs >= states[Int(cache)].minimumPartial {
      discard(slab)
    } else {
      addPartial(slab, to: cache, atTail: atTail)
    }
  }

  /// Moves the CPU slab to the head of the node partial list (deactivate_slab). A full slab goes to no list.
  mutating func deactivate(_ cache: Int32, on cpu: Int32) {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    let slab = cpus[cpuIndex].slab
    guard slab >= 0 else { return }
    cpus[cpuIndex].slab = SLUBModel.none
    if slabs[Int(slab)].inUse == slabs[Int(slab)].objects {
      slabs[Int(slab)].location = .full
    } else {
      addToNodeOrDiscard(slab, atTail: false)
    }
  }

  /// Moves the CPU slabs and per-CPU partial lists of a cache to the node, as a write to `cpu_partial` does (flush_all).
  mutating func flushAllCPUs(of cache: Int32) {
    for cpu in 0..<Int32(cpuCount) {
      deactivate(cache, on: cpu)
      flushCPUPartial(of: cache, on: cpu)
    }
  }

  /// Frees unused memory of a cache, as a write to `shrink` does (kmem_cache_shrink): flushes sheaves, CPU slabs and per-CPU
  /// partial lists, discards all empty slabs, and sorts the node partial list with the fullest slabs first.
  package mutating func shrink(_ cache: Int32) {
    flushSheaves(of: cache)
    flushAllCPUs(of: cache)
    var partial: [Int32] = []
    while states[Int(cache)].firstPartial >= 0 {
      let slab = states[Int(cache)].firstPartial
      removePartial(slab, from: cache)
      if slabs[Int(slab)].inUse == 0 { discard(slab) } else { partial.append(slab) }
    }
    // The sort is stable, so that equal states stay equal.
    let order = partial.indices.sorted { left, right in
      let (first, second) = (slabs[Int(partial[left])].inUse, slabs[Int(partial[right])].inUse)
      return first == second ? left < right : first > second
    }
    for index in order { addPartial(partial[index], to: cache, atTail: true) }
  }
}
