import SlabEngine

extension SLUBModel {
  /// Allocates an object; returns the slab that it lies in, or `none` if memory is exhausted.
  @inline(__always)
  public mutating func allocate(from cache: Int32, on cpu: Int32) -> Int32 {
    let index = Int(cache)
    let slab =
      states[index].sheafCapacity == 0
      ? allocateFromSlabs(cache, on: cpu) : allocateFromSheaf(cache, on: cpu)
    guard slab >= 0 else { return slab }
    states[index].allocations &+= 1
    return slab
  }

  /// Takes an object out of a slab: from the CPU's own slab while that has a free object.
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

  /// Gives the CPU another slab and takes an object out of it (___slab_alloc): the first of the CPU's partial list, else
  /// slabs of the node, else a new one.
  @inline(never)
  private mutating func allocateFromNextSlab(_ cache: Int32, on cpu: Int32) -> Int32 {
    let place = Int(cache) &* cpuCount &+ Int(cpu)
    states[Int(cache)].refills &+= 1
    if cpus[place].slab >= 0 {
      // Used up, it leaves the CPU and is on no list until one of its objects is freed.
      slabs[Int(cpus[place].slab)].place = .full
      cpus[place].slab = SLUBModel.none
    }
    var slab = cpus[place].firstPartial
    if slab >= 0 {
      cpus[place].firstPartial = slabs[Int(slab)].next
      cpus[place].partialSlabs &-= 1
    } else {
      slab = takeFromNode(cache, on: cpu)
      if slab < 0 { slab = growSlab(cache) }
      guard slab >= 0 else {
        states[Int(cache)].failedAllocations &+= 1
        return slab
      }
    }
    slabs[Int(slab)].place = .cpuSlab
    slabs[Int(slab)].next = SLUBModel.none
    cpus[place].slab = slab
    slabs[Int(slab)].inUse &+= 1
    states[Int(cache)].objectsInUse &+= 1
    return slab
  }

  /// Takes slabs off the head of the node partial list: one to allocate from, the others onto the CPU's partial list, until
  /// more than half of that list's limit were moved (get_partial_node).
  /// - Returns: the slab to allocate from, or `none` if the list is empty.
  private mutating func takeFromNode(_ cache: Int32, on cpu: Int32) -> Int32 {
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

  /// Allocates pages for a slab of the preferred order, else of the lowest order that holds an object (allocate_slab).
  /// - Parameter order: the page order to ask for in place of the preferred one.
  /// - Returns: the slab, on no list and without objects in use, or `none` if the page allocator has no pages.
  mutating func growSlab(_ cache: Int32, order wanted: Int? = nil) -> Int32 {
    let layout = Layout(layouts[Int(cache)])
    var order = max(wanted ?? layout.order, layout.minimumOrder)
    var page = pages.allocate(order: order)
    if page == nil {
      pageCounts[Int(cache)].refused[order] += 1
      // The kernel asks for the lowest order even where that is the order that was refused.
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
    return record(
      Slab(
        cache: cache, page: page ?? 0, inUse: 0, objects: UInt16(objects), order: UInt8(order), place: .full))
  }

  /// The numbers of a layout that growing needs, without its name.
  private struct Layout {
    let order: Int
    let minimumOrder: Int
    let stride: Int

    init(_ layout: borrowing SLUBCacheLayout) {
      (order, minimumOrder, stride) = (layout.order, layout.minimumOrder, layout.stride)
    }
  }

  /// Enters a new slab in the table and in its cache's counts.
  private mutating func record(_ slab: Slab) -> Int32 {
    var number = unusedSlab
    if number >= 0 {
      unusedSlab = slabs[Int(number)].next
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

  /// Returns an empty slab's pages to the page allocator (discard_slab). The slab is on no list.
  mutating func discard(_ slab: Int32) {
    let record = slabs[Int(slab)]
    let cache = Int(record.cache)
    states[cache].slabs -= 1
    states[cache].totalObjects -= Int(record.objects)
    states[cache].slabBytes -= PageBookkeeping.pageBytes << Int(record.order)
    pageCounts[cache].slabs[Int(record.order)] -= 1
    pageCounts[cache].returned[Int(record.order)] += 1
    pages.free(record.page)
    slabs[Int(slab)].place = .released
    slabs[Int(slab)].next = unusedSlab
    unusedSlab = slab
  }
}
