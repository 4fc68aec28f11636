extension SlabEngine {
  /// Returns the slabs of a cache that are at least three quarters free but not empty, in ascending order of objects in
  /// use, with objects that pin them.
  ///
  /// The CPUs must be idle, because object records are written without a lock.
  /// - Parameters:
  ///   - cache: The cache, or one that shares its slabs.
  ///   - most: Maximum numbers of slabs, and of objects for each slab.
  /// - Complexity: O(slabs log slabs).
  public func pinnedSlabs(of cache: SlabCache, most: (slabs: Int, objects: Int) = (16, 3)) -> [PinnedSlab] {
    let pools = directory.withLock { directory in (0..<directory.pools).compactMap { table.pool(at: $0) } }
    return pools.flatMap { pool in
      pool.inspect { pool in
        pool.members.position(of: cache.index) == nil ? [] : pinnedSlabs(of: pool, most)
      }
    }.sorted { ($0.objectsInUse, $0.pageFrameNumber) < ($1.objectsInUse, $1.pageFrameNumber) }.prefix(most.slabs).map(
      \.self)
  }

  private func pinnedSlabs(of pool: SlabPool, _ most: (slabs: Int, objects: Int)) -> [PinnedSlab] {
    var sparse: [(slab: UnsafeMutablePointer<PageDescriptor>, frame: UInt32, inUse: Int)] = []
    pool.forEachSlab { slab, frame in
      let (objects, free) = (Int(slab.pointee.objectCount), Int(slab.pointee.freeCount))
      if free < objects, free * 4 >= objects * 3 { sparse.append((slab, frame, objects - free)) }
    }
    sparse.sort { ($0.inUse, $0.frame) < ($1.inUse, $1.frame) }
    return sparse.prefix(most.slabs).map { slab, frame, inUse in
      var pins: [PinnedSlab.Pin] = []
      slab.forEachObjectInUse { if pins.count < most.objects { pins.append(pin($0, slab, Int(frame))) } }
      return PinnedSlab(
        pageFrameNumber: Int(frame), order: Int(slab.pointee.order), objects: Int(slab.pointee.objectCount),
        objectsInUse: inUse, pins: pins)
    }
  }

  private func pin(_ number: Int, _ slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int) -> PinnedSlab.Pin {
    let owner = memory.ownerTags.owner(ofObject: number, of: slab)
    var pin = PinnedSlab.Pin(cache: cacheIncludingDestroyed(at: owner)?.name ?? "")
    guard let record = records.record(ofObject: number, of: slab, frame: frame)?.pointee else { return pin }
    pin.isLive = record.isLive
    guard pin.isLive else { return pin }
    (pin.site, pin.requestedBytes) = (
      sites.name(of: allocationSite(of: record)), requestedBytes(of: record, owner: owner)
    )
    #if Capture
      if let now = captureTicks { pin.ageTicks = now > record.birth ? now - record.birth : 0 }
    #endif
    return pin
  }

  #if Capture
    /// The latest time at which a CPU captured an event; nil if the engine does not capture data.
    private var captureTicks: UInt64? {
      configuration.capturesData ? (0..<configuration.cpus).map { cpu($0).state.pointee.clock.now }.max() : nil
    }
  #endif
}
