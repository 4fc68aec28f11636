package import SlabEngine

extension Snapshot {
  /// Creates the snapshot of an engine's sample.
  package init(_ sample: EngineSample) {
    self.init()
    memoryBytes = sample.memoryBytes
    pageBytes = sample.pageBytes
    cpus = sample.cpus
    pageBlocksFreeByOrder = sample.freeBlocksByOrder
    largeObjects = sample.largeObjects
    largeBytes = sample.largeBlockBytes
    failedAllocations = sample.caches.reduce(sample.largeFailures) { $0 + $1.failedAllocations }
    badFrees = sample.badFrees
    unbackedFreePages = sample.unbackedFreePages
    knowsRequestedBytes = sample.knowsRequestedBytes
    injectedFailures = sample.injectedFailures
    caches = sample.caches.map(CacheSnapshot.init)
    generalCaches = sample.generalCaches?.map(GeneralCacheSnapshot.init)
    ledger[.livePayload] = sample.largeRequestedBytes
    ledger[.rounding] = sample.largeBlockBytes - sample.largeRequestedBytes
    ledger[.pageHog] = sample.hogPages * sample.pageBytes
    ledger[.freePages] = sample.freePages * sample.pageBytes
    for cache in sample.caches { ledger.add(cache) }
  }
}

extension ByteLedger {
  /// Adds the slabs of a cache, each byte to one part.
  fileprivate mutating func add(_ cache: CacheSample) {
    self[.livePayload] += cache.requestedBytes
    self[.rounding] += cache.liveObjects * cache.objectSize - cache.requestedBytes
    self[.alignmentAndMetadata] += cache.liveObjects * (cache.stride - cache.objectSize) + cache.strayBytes
    self[.freeInMagazines] += cache.objectsInMagazines * cache.stride
    self[.freeInPartialSlabs] += cache.freeBytesInPartialSlabs
    self[.slabTail] += cache.tailBytes
    self[.emptySlabs] += cache.emptySlabBytes
  }
}

extension CacheSnapshot {
  init(_ sample: CacheSample) {
    self.init(name: sample.name)
    isGeneral = sample.isGeneral
    slabHolder = sample.slabHolder
    (objectSize, stride) = (sample.objectSize, sample.stride)
    (activeObjects, totalObjects) = (sample.liveObjects, sample.totalObjects)
    objectsInMagazines = sample.objectsInMagazines
    requestedBytes = sample.requestedBytes
    (fullSlabs, partialSlabs, emptySlabs) = (sample.fullSlabs, sample.partialSlabs, sample.emptySlabs)
    slabs = sample.fullSlabs + sample.partialSlabs + sample.emptySlabs
    slabsByOrder = sample.slabsByOrder
    (slabBytes, tailBytes) = (sample.slabBytes, sample.tailBytes)
    preferredOrder = sample.preferredOrder
    objectsPerPreferredSlab = sample.objectsPerPreferredSlab
    magazineCapacity = sample.magazineCapacity
    (allocations, frees) = (sample.allocations, sample.allocations - sample.liveObjects)
    (refills, flushes) = (sample.refills, sample.flushes)
    freeBytesInPartialSlabs = slabHolder == name ? sample.freeBytesInPartialSlabs : nil
    (slabsGrown, slabsReturned) = (sample.slabsGrown, sample.slabsReturned)
    (fallbacksByOrder, refusalsByOrder) = (sample.fallbacksByOrder, sample.refusalsByOrder)
    orderPlan = sample.orderPlan.map { OrderPlanSnapshot($0) }
    remoteFreesReturned = sample.remoteFreesReturned
    (lockAcquisitions, lockContentions) = (sample.lockAcquisitions, sample.lockContentions)
    lockWaitCycles = sample.lockWaitCycles
    (orderFallbacks, failedAllocations) = (sample.orderFallbacks, sample.failedAllocations)
    slabMap = sample.slabs.map { slabs in
      slabs.map {
        SlabSnapshot(
          pageFrameNumber: $0.pageFrameNumber, order: $0.order, objects: $0.objects,
          objectsInUse: max(0, $0.objectsInUse - $0.objectsInDepots), owner: $0.owner)
      }
    }
  }
}
