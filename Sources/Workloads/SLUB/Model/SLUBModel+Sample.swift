package import SlabEngine

extension SLUBModel {
  /// Returns a sample of all caches and pages, without requested bytes. Free objects in CPU slabs, on per-CPU partial lists
  /// and in sheaves are reported as objects in magazines, because other CPUs cannot allocate them.
  /// - Parameter mapped: Cache whose slabs the sample lists individually; nil for none.
  /// - Complexity: O(slabs + caches).
  package func sample(mapping mapped: Int32? = nil) -> EngineSample {
    var sample = EngineSample(memoryBytes: pages.bytes, pageBytes: PageBookkeeping.pageBytes, cpus: cpuCount)
    sample.freeBlocksByOrder = pages.freeBlocksByOrder
    sample.freePages = pages.freePages
    sample.peakPagesInUse = pages.peakPagesInUse
    sample.hogPages = pages.hogPages
    sample.injectedFailures = pages.injectedFailures
    sample.caches = layouts.indices.map { cacheSample(Int32($0)) }
    var map: [SlabSample] = []
    for record in slabs where record.location != .discarded {
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
  /// Adds the objects and bytes of a slab.
  fileprivate mutating func add(_ slab: SLUBModel.Slab) {
    let (objects, inUse) = (Int(slab.objects), Int(slab.inUse))
    let (free, bytes) = (objects - inUse, PageBookkeeping.pageBytes << Int(slab.order))
    if slab.location == .nodePartial, inUse == 0 {
      emptySlabs += 1
      emptySlabBytes += bytes
      freeObjectsInEmptySlabs += free
      return
    }
    tailBytes += bytes - objects * stride
    if free == 0 { fullSlabs += 1 } else { partialSlabs += 1 }
    if slab.location == .nodePartial {
      freeObjectsInPartialSlabs += free
      freeBytesInPartialSlabs += free * stride
    } else {
      objectsInMagazines += free
    }
  }
}
