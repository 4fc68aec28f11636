internal import Synchronization

extension SlabEngine {
  /// Returns a sample of the engine's current state. Any thread may call this at any time.
  ///
  /// Consistency: the directory's and the page lock are held throughout, so that no cache is created or destroyed, and
  /// no page moves between pools, large requests and free lists. The counts of each pool are read with that pool's lock
  /// held. The number of pages of each kind, and the division of slabs into objects in use, free objects and tails, are
  /// therefore exact for a single time. Objects in use are divided into live objects and objects in magazines by reading
  /// the CPUs' counters while the CPUs run. An object that moves between the two meanwhile is counted once, because the
  /// number of live objects is computed as the difference. If the CPUs are idle this division is exact as well.
  ///
  /// Effect on other threads: a CPU that allocates and frees through its magazines is not delayed. A CPU that adds or
  /// returns a slab waits until the sample has been taken. A CPU that refills from existing slabs waits at most while
  /// the counts of that pool are read.
  /// - Parameter mapped: A cache whose slabs are listed one by one; nil for none.
  /// - Complexity: O(caches x CPUs), plus O(slabs) for the mapped cache.
  public func sample(mapping mapped: SlabCache? = nil) -> EngineSample {
    directory.withLock { directory in pages.withLock { sample(directory, $0, mapping: mapped) } }
  }

  private func sample(
    _ directory: CacheDirectory, _ pages: MachinePages, mapping mapped: SlabCache?
  ) -> EngineSample {
    let caches = directory.activeCaches
    #if Capture
      let requestedBytes = capturedRequestedBytes()
    #else
      let requestedBytes: [Int: Int] = [:]
    #endif
    let magazines = caches.map {
      MagazineTotals(of: $0, requestedBytes: requestedBytes[$0.index, default: 0], in: self)
    }
    return EngineSample(
      memoryBytes: memory.bytes, pageBytes: MachineMemory.pageBytes, cpus: configuration.cpus,
      freeBlocksByOrder: pages.allocator.freeBlocksByOrder, freePages: pages.allocator.freePages,
      peakPagesInUse: memory.pageCount - min(pages.allocator.fewestFreePages, memory.pageCount),
      unbackedFreePages: pages.allocator.unbackedFreePages, hogPages: pages.hog.count,
      injectedFailures: pages.injector?.injected ?? 0, largeObjects: pages.large.count,
      largeRequestedBytes: pages.large.requestedBytes, largeBlockBytes: pages.large.blockBytes,
      largeFailures: pages.large.failed, badFrees: badFrees, knowsRequestedBytes: configuration.keepsRecords,
      generalCaches: generalCacheSamples(),
      caches: samples(
        of: caches, magazines, in: (0..<directory.pools).compactMap { table.pool(at: $0) }, mapping: mapped))
  }

  /// Number of frees that were refused.
  var badFrees: Int {
    let refused: [AllocationFault.Kind] = [.doubleFree, .foreignFree, .misalignedFree, .wrongCache]
    let counts = faultCounts
    return refused.reduce(0) { $0 + counts[$1, default: 0] }
  }

  private func samples(
    of caches: [SlabCache], _ magazines: [MagazineTotals], in pools: [GuardedPool], mapping mapped: SlabCache?
  ) -> [CacheSample] {
    var positions: [Int: Int] = [:]
    for (position, cache) in caches.enumerated() { positions[cache.index] = position }
    var samples = zip(caches, magazines).map { CacheSample($0, $1) }
    let time = clock.load(ordering: .relaxed)
    // Each pool counts the objects in use of each member.
    var objectsInUse = [Int](repeating: 0, count: caches.count)
    for pool in pools {
      pool.inspect { pool in
        let holder = positions[pool.members.holder]
        if let holder { samples[holder].add(pool, at: time) }
        for member in 0..<pool.members.count {
          guard let position = positions[pool.members[member].cache] else { continue }
          let objects = pool.members[member].objectsInUse
          objectsInUse[position] += objects
          if !pool.members[member].hasLeft || pool.members.count == 1 {
            samples[position].setLayout(pool.geometry)
            samples[position].slabHolder = holder.map { caches[$0].name } ?? ""
          }
          samples[position].strayBytes += objects * pool.geometry.stride
          if let holder, holder != position {
            samples[position].slabBytes += objects * pool.geometry.stride
            samples[holder].slabBytes -= objects * pool.geometry.stride
          }
        }
        guard let mapped, let position = positions[mapped.index], pool.members.position(of: mapped.index) != nil else {
          return
        }
        let inDepots = objectsInDepots(of: pool, members: pool.members.all.compactMap { table.cache(at: $0) })
        samples[position].slabs = (samples[position].slabs ?? []) + slabSamples(of: pool, inDepots: inDepots)
      }
    }
    for position in samples.indices {
      // Bytes of all objects in use, less the bytes that follow from the cache's current stride.
      samples[position].strayBytes -= objectsInUse[position] * samples[position].stride
      samples[position].divide(objectsInUse: objectsInUse[position], magazines[position])
    }
    return samples
  }

  /// Returns the number of objects in depots for each slab of a pool, by page frame number. Called with the pool's lock
  /// held, which permits the lock of a depot.
  private func objectsInDepots(of pool: SlabPool, members: [SlabCache]) -> [UInt32: Int] {
    var objects: [UInt32: Int] = [:]
    for cache in members {
      cache.descriptor.pointee.depot.forEachFull { magazine in
        for round in 0..<magazine.pointee.rounds {
          guard let location = memory.location(of: Magazine.slots(of: magazine)[round]) else { continue }
          objects[location.frame, default: 0] += 1
        }
      }
    }
    return objects
  }
}

/// Sums over the CPUs' counters, the depot and the queue of remote frees of a cache.
private struct MagazineTotals {
  var freeObjects = 0
  var allocations = 0
  var requestedBytes: Int?

  init(of cache: SlabCache, requestedBytes: Int, in engine: SlabEngine) {
    freeObjects = cache.descriptor.pointee.depot.objects.load(ordering: .relaxed)
    freeObjects += cache.descriptor.pointee.remoteFreeQueue.objects.load(ordering: .relaxed)
    for cpu in 0..<engine.configuration.cpus {
      let cpuCache = engine.cpuCache(ofCPU: cpu, cache: cache)
      let counters = cpuCache.counters
      freeObjects += cpuCache.roundCount
      allocations += counters.pointee.allocations.load(ordering: .relaxed)
    }
    if engine.configuration.keepsRecords, cache.isGeneral {
      self.requestedBytes =
        requestedBytes - cache.descriptor.pointee.requestedBytesFreedByShuffler.load(ordering: .relaxed)
    }
  }
}

extension CacheSample {
  /// Creates a sample with the cache's own figures. The figures of its slabs are added pool by pool.
  fileprivate init(_ cache: SlabCache, _ magazines: MagazineTotals) {
    let descriptor = cache.descriptor
    let none = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)
    self.init(
      name: cache.name, isGeneral: cache.isGeneral, slabHolder: cache.name, objectSize: cache.objectSize, stride: 0,
      preferredOrder: 0, objectsPerPreferredSlab: 0, magazineCapacity: cache.magazineCapacity, liveObjects: 0,
      objectsInMagazines: 0, freeObjectsInPartialSlabs: 0, freeObjectsInEmptySlabs: 0, requestedBytes: 0,
      slabsByOrder: none, fullSlabs: 0, partialSlabs: 0, emptySlabs: 0, slabBytes: 0, emptySlabBytes: 0, tailBytes: 0,
      allocations: magazines.allocations, refills: descriptor.pointee.refills.load(ordering: .relaxed),
      flushes: descriptor.pointee.flushes.load(ordering: .relaxed),
      failedAllocations: descriptor.pointee.failedAllocations.load(ordering: .relaxed),
      depotContentions: descriptor.pointee.depot.contentions.load(ordering: .relaxed),
      remoteFreesReturned: descriptor.pointee.remoteFreeQueue.totalQueued.load(ordering: .relaxed),
      slabsGrownByOrder: none, slabsReturnedByOrder: none, refusalsByOrder: none, fallbacksByOrder: none, slabs: nil)
  }

  /// Sets the stride and the preferred order of the cache's slabs.
  fileprivate mutating func setLayout(_ geometry: SlabGeometry) {
    stride = geometry.stride
    preferredOrder = geometry.preferredOrder
    objectsPerPreferredSlab = geometry.objects(inOrder: preferredOrder)
  }

  /// Adds the figures of a pool's slabs. Called with the pool's lock held.
  fileprivate mutating func add(_ pool: SlabPool, at time: Int) {
    var plan = orderPlan ?? OrderPlanSample()
    let holder = pool.members.position(of: pool.members.holder)
    plan.add(pool.plan, isCurrent: holder.map { !pool.members[$0].hasLeft } ?? false, at: time)
    orderPlan = plan
    freeObjectsInPartialSlabs += pool.counts.freeObjectsInPartialSlabs
    freeBytesInPartialSlabs += pool.counts.freeObjectsInPartialSlabs * pool.geometry.stride
    freeObjectsInEmptySlabs += pool.counts.freeObjectsInEmptySlabs
    fullSlabs += pool.lists[SlabPool.fullList].count
    partialSlabs += SlabPool.partialLists.reduce(pool.lists[SlabPool.evacuatingList].count) {
      $0 + pool.lists[$1].count
    }
    emptySlabs += pool.emptySlabs
    slabBytes += pool.counts.slabBytes
    emptySlabBytes += pool.counts.emptySlabBytes
    tailBytes += pool.counts.tailBytes
    lockAcquisitions = (lockAcquisitions ?? 0) + pool.lock.acquisitions
    lockContentions = (lockContentions ?? 0) + pool.lock.contentions
    lockWaitCycles = (lockWaitCycles ?? 0) + pool.lock.waitTicks
    for order in slabsByOrder.indices {
      slabsByOrder[order] += pool.counts.slabsByOrder[order]
      slabsGrownByOrder[order] += pool.plan.counters.grown[order]
      slabsReturnedByOrder[order] += pool.plan.counters.returned[order]
      refusalsByOrder[order] += pool.plan.counters.refused[order]
      fallbacksByOrder[order] += pool.plan.counters.fallenBack[order]
    }
  }

  /// Divides the objects in use into objects in magazines and live objects.
  fileprivate mutating func divide(objectsInUse: Int, _ magazines: MagazineTotals) {
    objectsInMagazines = max(0, min(magazines.freeObjects, objectsInUse))
    liveObjects = objectsInUse - objectsInMagazines
    let largestTotal = liveObjects * objectSize
    requestedBytes = magazines.requestedBytes.map { max(0, min($0, largestTotal)) } ?? largestTotal
  }
}

extension PageAllocator {
  /// Number of free blocks of each order, as in /proc/buddyinfo.
  var freeBlocksByOrder: [Int] { lists.indices.map { lists[$0].count } }
}
