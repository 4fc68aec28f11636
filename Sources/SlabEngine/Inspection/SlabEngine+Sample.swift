internal import Synchronization

extension SlabEngine {
  /// What the engine holds now. Any thread may ask at any time.
  ///
  /// Consistency: the directory and the page lock are held throughout, so that no cache comes or goes and no page changes hands between a pool, a large request and the
  /// free lists; each pool's counts are read under that pool's lock. Hence the pages, and the slabs' split into
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
    directory.withLock { directory in pages.withLock { sample(directory, $0, mapping: mapped) } }
  }

  private func sample(
    _ directory: CacheDirectory, _ pages: MachinePages, mapping mapped: SlabCache?
  ) -> EngineSample {
    let caches = directory.living
    let magazines = caches.map { MagazineTotals(of: $0, in: self) }
    return EngineSample(
      memoryBytes: memory.bytes, pageBytes: MachineMemory.pageBytes, cpus: configuration.cpus,
      freeBlocksByOrder: pages.allocator.freeBlocksByOrder, freePages: pages.allocator.freePages,
      peakPagesInUse: memory.pageCount - min(pages.allocator.fewestFreePages, memory.pageCount),
      pagesWithSystem: pages.allocator.pagesWithSystem, hogPages: pages.hog.count,
      injectedFailures: pages.injector?.injected ?? 0, largeObjects: pages.large.count,
      largeRequestedBytes: pages.large.requestedBytes, largeBlockBytes: pages.large.blockBytes,
      largeFailures: pages.large.failed, badFrees: badFrees, knowsRequestedBytes: configuration.keepsRecords,
      generalCaches: generalCacheSamples(),
      caches: samples(
        of: caches, magazines, in: (0..<directory.pools).compactMap { table.pool(at: $0) }, mapping: mapped))
  }

  /// Frees that were refused.
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
    // Each pool knows how many objects each member has out.
    var out = [Int](repeating: 0, count: caches.count)
    for pool in pools {
      pool.inspect { pool in
        let holder = positions[pool.members.holder]
        if let holder { samples[holder].add(pool) }
        for member in 0..<pool.members.count {
          guard let position = positions[pool.members[member].cache] else { continue }
          let objects = pool.members[member].objectsOut
          out[position] += objects
          if !pool.members[member].hasLeft || pool.members.count == 1 {
            samples[position].describe(pool.geometry)
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
      // All bytes of what is out, less those that the cache's stride accounts for.
      samples[position].strayBytes -= out[position] * samples[position].stride
      samples[position].split(objectsOut: out[position], magazines[position])
    }
    return samples
  }

  /// How many objects of each slab of a pool lie in depots. Called with the pool locked: a depot's lock is a last one.
  private func objectsInDepots(of pool: SlabPool, members: [SlabCache]) -> [UInt32: Int] {
    var objects: [UInt32: Int] = [:]
    for cache in members {
      cache.descriptor.pointee.depot.forEachFull { magazine in
        for round in 0..<magazine.pointee.rounds {
          guard let place = memory.place(of: Magazine.slots(of: magazine)[round]) else { continue }
          objects[place.frame, default: 0] += 1
        }
      }
    }
    return objects
  }
}

/// What the CPUs' counters and the depot say of a cache.
private struct MagazineTotals {
  var held = 0
  var allocations = 0
  var requestedBytes: Int?

  init(of cache: SlabCache, in engine: SlabEngine) {
    held = cache.descriptor.pointee.depot.objects.load(ordering: .relaxed)
    held += cache.descriptor.pointee.homing.objects.load(ordering: .relaxed)
    var requested = -cache.descriptor.pointee.requestedGivenUp.load(ordering: .relaxed)
    for cpu in 0..<engine.configuration.cpus {
      let counters = engine.line(ofCPU: cpu, cache: cache).counters
      held += counters.pointee.rounds.load(ordering: .relaxed)
      held += counters.pointee.previousRounds.load(ordering: .relaxed)
      allocations += counters.pointee.allocations.load(ordering: .relaxed)
      requested += counters.pointee.requestedBytes.load(ordering: .relaxed)
    }
    if engine.configuration.keepsRecords, cache.isGeneral { requestedBytes = requested }
  }
}

extension CacheSample {
  /// A cache's own figures; those of its slabs are added pool by pool.
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
      remoteFreesReturned: descriptor.pointee.homing.sent.load(ordering: .relaxed),
      slabsGrownByOrder: none, slabsReturnedByOrder: none, refusalsByOrder: none, fallbacksByOrder: none, slabs: nil)
  }

  /// How the cache's objects lie in slabs.
  fileprivate mutating func describe(_ geometry: SlabGeometry) {
    stride = geometry.stride
    preferredOrder = geometry.preferredOrder
    objectsPerPreferredSlab = geometry.objects(inOrder: preferredOrder)
  }

  /// Adds what a pool's slabs hold. Called with the pool locked.
  fileprivate mutating func add(_ pool: SlabPool) {
    freeObjectsInPartialSlabs += pool.counts.freeObjectsInPartialSlabs
    freeBytesInPartialSlabs += pool.counts.freeObjectsInPartialSlabs * pool.geometry.stride
    freeObjectsInEmptySlabs += pool.counts.freeObjectsInEmptySlabs
    fullSlabs += pool.lists[SlabPool.fullList].count
    partialSlabs += SlabPool.partialLists.reduce(pool.lists[SlabPool.setApartList].count) { $0 + pool.lists[$1].count }
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

  /// Splits the objects out of slabs into those that magazines hold and the rest, which live.
  fileprivate mutating func split(objectsOut: Int, _ magazines: MagazineTotals) {
    objectsInMagazines = max(0, min(magazines.held, objectsOut))
    liveObjects = objectsOut - objectsInMagazines
    let most = liveObjects * objectSize
    requestedBytes = magazines.requestedBytes.map { max(0, min($0, most)) } ?? most
  }
}

extension PageAllocator {
  /// Free blocks of each order, as /proc/buddyinfo prints them.
  var freeBlocksByOrder: [Int] { lists.indices.map { lists[$0].count } }
}
