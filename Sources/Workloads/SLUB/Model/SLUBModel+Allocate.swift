import SlabEngine

extension SLUBModel {
  /// Allocates an object and returns its slab; `none` if memory is exhausted (slab_alloc_node).
  @inline(__always)
  package mutating func allocate(from cache: Int32, on cpu: Int32) -> Int32 {
    let index = Int(cache)
    let slab =
      states[index].sheafCapacity == 0
      ? allocateFromSlabs(cache, on: cpu) : allocateFromSheaf(cache, on: cpu)
    guard slab >= 0 else { return slab }
    states[index].allocations &+= 1
    return slab
  }

  /// Allocates an object from the CPU slab, or takes the slow path if the CPU slab has no free object (__slab_alloc_node).
  @inline(__always)
  mutating func allocateFromSlabs(_ cache: Int32, on cpu: Int32) -> Int32 {
    let slab = cpus[Int(cache) &* cpuCount &+ Int(cpu)].slab
    if slab >= 0, slabs[Int(slab)].inUse < slabs[Int(slab)].objects {
      slabs[Int(slab)].inUse &+= 1
      states[Int(cache)].objectsInUse &+= 1
      return slab
    }
    return parameters.variant == .cpuSlabs
      ? allocateFromNextSlab(cache, on: cpu) : allocateFromNode(cache)
  }

  /// Replaces the CPU slab and allocates an object from the new one (___slab_alloc). The new CPU slab is the first slab of the
  /// per-CPU partial list; if that is empty, a slab of the node partial list; if that is empty, a new slab.
  @inline(never)
  private mutating func allocateFromNextSlab(_ cache: Int32, on cpu: Int32) -> Int32 {
    let cpuIndex = Int(cache) &* cpuCount &+ Int(cpu)
    states[Int(cache)].refills &+= 1
    if cpus[cpuIndex].slab >= 0 {
      // A full slab is unfrozen and on no list until one of its objects is freed.
      slabs[Int(cpus[cpuIndex].slab)].location = .full
      cpus[cpuIndex].slab = SLUBModel.none
    }
    var slab = cpus[cpuIndex].firstPartial
    if slab >= 0 {
      cpus[cpuIndex].firstPartial = slabs[Int(slab)].next
      cpus[cpuIndex].partialSlabs &-= 1
    } else {
      slab = acquireSlabFromNode(cache, on: cpu)
      if slab < 0 { slab = allocateSlab(cache) }
      guard slab >= 0 else {
        states[Int(cache)].failedAllocations &+= 1
        return slab
      }
    }
    slabs[Int(slab)].location = .cpuSlab
    slabs[Int(slab)].next = SLUBModel.none
    cpus[cpuIndex].slab = slab
    slabs[Int(slab)].inUse &+= 1
    states[Int(cache)].objectsInUse &+= 1
    return slab
  }

  /// Removes the first slab of the node partial list, and moves the following slabs to the per-CPU partial list until more
  /// than half of `cpuPartialSlabs` were moved (get_partial_node).
  /// - Returns: The removed slab; `none` if the list is empty.
  private mutating func acquireSlabFromNode(_ cache: Int32, on cpu: Int32) -> Int32 {
    let slab = states[Int(cache)].firstPartial
    guard slab >= 0 else { return slab }
    removePartial(slab, from: cache)
    let limit = states[Int(cache)].cpuPartialSlabs
    guard limit > 0 else { return slab }
    var moved: Int32 = 0
    while states[Int(cache)].firstPartial >= 0, moved <= limit / 2 {
      let next = states[Int(cache)].firstPartial
      removePartial(next, from: cache)
      pushCPUPartial(next, of: cache, on: cpu)
      moved += 1
    }
    return slab
  }

  /// Allocates a slab of the preferred order, or of the minimum order if the page allocator refuses that (allocate_slab).
  /// - Parameter wanted: Order to request first; nil for the preferred order of the cache.
  /// - Returns: The slab, on no list and without objects in use; `none` if the page allocator has no pages.
  mutating func allocateSlab(_ cache: Int32, order wanted: Int? = nil) -> Int32 {
    let layout = Layout(layouts[Int(cache)])
    var order = max(wanted ?? layout.order, layout.minimumOrder)
    var page = pages.allocate(order: order)
    if page == nil {
      pageCounts[Int(cache)].refused[order] += 1
      // The kernel requests the minimum order even if it equals the refused order.
      order = layout.minimumOrder
      page = pages.allocate(order: order)
      guard page != nil else {
        pageCounts[Int(cache)].refused[order] += 1
        return SLUBModel.none
      }
      if order < layout.order { pageCounts[Int(cache)].fallenBack[order] += 1 }
    }
    pageCounts[Int(cache)].grown[order] += 1
    let objects = min(SLUBParameters.objects(order: order, stride: layout.stride), SLUBParameters.maximumObjectsPerSlab)
    return addRecord(
      Slab(
        cache: cache, page: page ?? 0, inUse: 0, objects: UInt16(objects), order: UInt8(order), location: .full))
  }

  /// Orders and stride of a cache. Copying them, unlike a `SLUBCacheLayout`, does not retain the name.
  private struct Layout {
    let order: Int
    let minimumOrder: Int
    let stride: Int

    init(_ layout: borrowing SLUBCacheLayout) {
      (order, minimumOrder, stride) = (layout.order, layout.minimumOrder, layout.stride)
    }
  }

  /// Adds a new slab to the slab array and to the counts of its cache, and returns its number.
  private mutating func addRecord(_ slab: Slab) -> Int32 {
    var number = firstUnusedRecord
    if number >= 0 {
      firstUnusedRecord = slabs[Int(number)].next
      slabs[Int(number)] = slab
    } else {
      number = Int32(slabs.count)
      slabs.append(slab)
    }
    let cache = Int(slab.cache)
    states[cache].slabs += 1
    states[cache].totalObjects += Int(slab.objects)
    states[cache].slabBytes += PageBookkeeping.pageBytes << Int(slab.order)
    pageCounts[cache].slabs[Int(slab.order)] += 1
    return number
  }

  /// Frees the pages of an empty slab that is on no list (discard_slab).
  mutating func discard(_ slab: Int32) {
    let record = slabs[Int(slab)]
    let cache = Int(record.cache)
    states[cache].slabs -= 1
    states[cache].totalObjects -= Int(record.objects)
    states[cache].slabBytes -= PageBookkeeping.pageBytes << Int(record.order)
    pageCounts[cache].slabs[Int(record.order)] -= 1
    pageCounts[cache].returned[Int(record.order)] += 1
    pages.free(record.page)
    slabs[Int(slab)].location = .discarded
    slabs[Int(slab)].next = firstUnusedRecord
    firstUnusedRecord = slab
  }
}
