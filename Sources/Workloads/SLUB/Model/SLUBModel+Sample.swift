public import SlabEngine

extension SLUBModel {
  /// A sample of every cache and page, with requested bytes unknown. Objects free in CPU slabs, CPU partial lists and sheaves
  /// are those "in magazines": free, and out of other CPUs' reach.
  /// - Parameter mapping: a cache whose slabs are listed one by one.
  /// - Complexity: O(slabs + caches).
  public func sample(mapping mapped: Int32? = nil) -> EngineSample {
    var sample = EngineSample(memoryBytes: pages.bytes, pageBytes: PageBookkeeping.pageBytes, cpus: cpuCount)
    sample.freeBlocksByOrder = pages.freeBlocksByOrder
    sample.freePages = pages.freePages
    sample.peakPagesInUse = pages.peakPagesInUse
    sample.hogPages = pages.hogPages
    sample.injectedFailures = pages.injectedFailures
    sample.caches = layouts.indices.map { cacheSample(Int32($0)) }
    var map: [SlabSample] = []
    for record in slabs where record.place != .released {
      sample.caches[Int(record.cache)].add(record)
      guard record.cache == mapped else { continue }
      map.append(
        SlabSample(
          page: Int(record.page), order: Int(record.order), objects: Int(record.objects),
          objectsInUse: Int(record.inUse), owner: layouts[Int(record.cache)].name))
    }
    if let mapped, !map.isEmpty {
      sample.caches[Int(mapped)].slabs = map.sorted { $0.pageFrameNumber < $1.pageFrameNumber }
    }
    return sample
  }

  private func cacheSample(_ cache: Int32) -> CacheSample {
    let (layout, state) = (layouts[Int(cache)], states[Int(cache)])
    var sample = CacheSample(name: layout.name, objectSize: layout.objectSize, stride: layout.stride)
    sample.isGeneral = layout.isGeneral
    (sample.preferredOrder, sample.objectsPerPreferredSlab) = (layout.order, layout.objectsPerSlab)
    sample.magazineCapacity = layout.sheafCapacity
    sample.liveObjects = liveObjects(of: cache)
    sample.objectsInMagazines = state.objectsInSheaves
    (sample.allocations, sample.failedAllocations) = (state.allocations, state.failedAllocations)
    (sample.refills, sample.flushes) = (state.refills, state.flushes)
    sample.slabBytes = state.slabBytes
    let counts = pageCounts[Int(cache)]
    for order in sample.slabsByOrder.indices {
      sample.slabsByOrder[order] = counts.slabs[order]
      sample.slabsGrownByOrder[order] = counts.grown[order]
      sample.slabsReturnedByOrder[order] = counts.returned[order]
      sample.refusalsByOrder[order] = counts.refused[order]
      sample.fallbacksByOrder[order] = counts.fallenBack[order]
    }
    return sample
  }
}

extension CacheSample {
  /// Enters a slab's occupancy and bytes.
  fileprivate mutating func add(_ slab: SLUBModel.Slab) {
    let (objects, inUse) = (Int(slab.objects), Int(slab.inUse))
    let (free, bytes) = (objects - inUse, PageBookkeeping.pageBytes << Int(slab.order))
    if slab.place == .nodePartial, inUse == 0 {
      emptySlabs += 1
      emptySlabBytes += bytes
      freeObjectsInEmptySlabs += free
      return
    }
    tailBytes += bytes - objects * stride
    if free == 0 { fullSlabs += 1 } else { partialSlabs += 1 }
    if slab.place == .nodePartial {
      freeObjectsInPartialSlabs += free
      freeBytesInPartialSlabs += free * stride
    } else {
      objectsInMagazines += free
    }
  }
}
