internal import Synchronization

extension SlabEngine {
  /// What the engine holds now. Any thread may ask at any time.
  ///
  /// Consistency: the page lock is held throughout, so that no page changes hands between a pool, a large request and
  /// the free lists; each pool's counts are read under that pool's lock. Hence the pages, and the slabs' split into
  /// objects out, free, and tails, are exact at one moment. Objects out split into live and held by magazines by reading
  /// the CPUs' counters while they run: an object on its way between the two is counted in one of them, never in both
  /// or neither, since live is what remains. At rest that split is exact too.
  ///
  /// Cost to others: CPUs that allocate and free through their magazines don't notice. One that needs a new slab, or
  /// returns one, waits until the sample is taken; one that refills from existing slabs waits for the few loads made
  /// under that pool's lock.
  /// - Parameter mapping: a cache whose slabs are to be listed one by one.
  /// - Complexity: O(caches x CPUs), and O(slabs) of the mapped cache.
  public func sample(mapping mapped: SlabCache? = nil) -> EngineSample {
    let caches = caches
    return pages.withLock { pages in
      EngineSample(
        memoryBytes: memory.bytes, pageBytes: MachineMemory.pageBytes, cpus: configuration.cpus,
        freeBlocksByOrder: pages.allocator.freeBlocksByOrder, freePages: pages.allocator.freePages,
        hogPages: pages.hog.count,
        largeObjects: pages.large.count, largeRequestedBytes: pages.large.requestedBytes,
        largeBlockBytes: pages.large.blockBytes, largeFailures: pages.large.failed,
        badFrees: badFrees.load(ordering: .relaxed)
          + caches.reduce(0) { $0 + $1.descriptor.pointee.pool.withLock(\.badFrees) },
        caches: caches.map { sample(of: $0, listingSlabs: $0 == mapped) })
    }
  }

  private func sample(of cache: SlabCache, listingSlabs: Bool) -> CacheSample {
    let descriptor = cache.descriptor
    let geometry = descriptor.pointee.geometry
    var (inMagazines, allocations, requested) = (descriptor.pointee.depot.objects.load(ordering: .relaxed), 0, 0)
    for cpu in 0..<configuration.cpus {
      let counters = line(ofCPU: cpu, cache: cache).counters
      inMagazines += counters.pointee.rounds.load(ordering: .relaxed)
      inMagazines += counters.pointee.previousRounds.load(ordering: .relaxed)
      allocations += counters.pointee.allocations.load(ordering: .relaxed)
      requested += counters.pointee.requestedBytes.load(ordering: .relaxed)
    }
    return descriptor.pointee.pool.withLock { pool in
      let held = max(0, min(inMagazines, pool.objectsOut))
      let live = pool.objectsOut - held
      return CacheSample(
        name: cache.name, isGeneral: cache.isGeneral, objectSize: cache.objectSize, stride: geometry.stride,
        preferredOrder: geometry.preferredOrder,
        objectsPerPreferredSlab: geometry.objects(inOrder: geometry.preferredOrder),
        magazineCapacity: descriptor.pointee.magazineCapacity, liveObjects: live, objectsInMagazines: held,
        freeObjectsInPartialSlabs: pool.freeObjectsInPartialSlabs,
        freeObjectsInEmptySlabs: pool.freeObjectsInEmptySlabs,
        requestedBytes: cache.isGeneral ? max(0, min(requested, live * cache.objectSize)) : live * cache.objectSize,
        slabsByOrder: pool.slabsByOrder.array, fullSlabs: pool.lists[SlabPool.fullList].count,
        partialSlabs: SlabPool.partialLists.reduce(0) { $0 + pool.lists[$1].count },
        emptySlabs: pool.emptySlabs, slabBytes: pool.slabBytes,
        emptySlabBytes: pool.emptySlabBytes, tailBytes: pool.tailBytes, allocations: allocations,
        refills: descriptor.pointee.refills.load(ordering: .relaxed),
        flushes: descriptor.pointee.flushes.load(ordering: .relaxed), slabsGrown: pool.slabsGrown,
        slabsReturned: pool.slabsReturned, orderFallbacks: pool.orderFallbacks,
        failedAllocations: descriptor.pointee.failedAllocations.load(ordering: .relaxed),
        slabs: listingSlabs ? pool.slabSamples() : nil)
    }
  }
}

extension SlabPool {
  /// The slabs one by one, by page frame number.
  fileprivate func slabSamples() -> [SlabSample] {
    var samples: [SlabSample] = []
    forEachSlab { slab, frame in
      samples.append(
        SlabSample(
          pageFrameNumber: Int(frame), order: Int(slab.pointee.order), objects: Int(slab.pointee.objectCount),
          objectsOut: Int(slab.pointee.objectCount - slab.pointee.freeCount)))
    }
    return samples.sorted { $0.pageFrameNumber < $1.pageFrameNumber }
  }
}

extension PageAllocator {
  /// Free blocks of each order, as /proc/buddyinfo prints them.
  var freeBlocksByOrder: [Int] { lists.indices.map { lists[$0].count } }
}

extension InlineArray where Element == Int {
  fileprivate var array: [Int] { indices.map { self[$0] } }
}
