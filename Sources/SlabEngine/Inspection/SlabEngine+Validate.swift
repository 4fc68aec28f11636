internal import Synchronization

extension SlabEngine {
  /// Checks every invariant of the engine, and returns the violations; an empty array if there are none. No other
  /// thread may use the engine meanwhile.
  ///
  ///     machine memory = free blocks + slabs + large blocks + hog, page by page; no two free buddies remain unmerged
  ///     slab:  set bits of the bitmap = free count; list = occupancy; no bit beyond the last object; cache map of its pages
  ///     pool:  sums over its slabs = its counts; objects in use by owner tag = counts of its members
  ///     cache: objects in use = live + in magazines; each object in a magazine belongs to the cache, is in use, and is in
  ///            no other magazine
  ///     general cache, if requests are recorded: live objects = objects with a requested size; sum = sum of the CPUs
  ///     cache with debug flags: free objects have the poison pattern, all objects have their red zones
  ///     ledger: the parts add up to machine memory
  /// - Complexity: O(pages + objects).
  public func validate() -> [InvariantViolation] {
    var report = InvariantReport()
    checkPages(&report)
    let tallies = pools.map { pool in pool.inspect { PoolTally(of: $0, in: self, &report) } }
    let sample = sample()
    for (cache, sampled) in zip(caches, sample.caches) { check(cache, sampled, tallies, &report) }
    report.expect("sum of the accounts", of: "ledger", sample.accountedBytes, equals: sample.memoryBytes)
    return report.violations
  }

  // MARK: - Pages

  private func checkPages(_ report: inout InvariantReport) {
    let pages = memory.pages
    let accounts = self.pages.withLock { $0 }
    var blocks = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)
    var backedBlocks = blocks
    var slabPages = 0
    var largeBytes = 0
    var hogPages = 0
    var frame = 0
    while frame < memory.pageCount {
      let page = pages[frame]
      let size = 1 << Int(page.order)
      report.expect(page.use != .unclaimed, "page \(frame)", "is \(page.use), expected the first of a block")
      report.expect("alignment to its order", of: "page \(frame)", frame % size, equals: 0)
      switch page.use {
      case .free:
        blocks[Int(page.order)] += 1
        if !page.isUnbacked { backedBlocks[Int(page.order)] += 1 }
        checkBuddy(of: frame, &report)
      case .slab: slabPages += size
      case .large: largeBytes += size << MachineMemory.pageShift
      case .hog: hogPages += size
      case .unclaimed: break
      }
      if page.use != .free {
        for tail in frame..<min(frame + size, memory.pageCount) where Int(memory.heads[tail]) != frame {
          report.expect("head", of: "page \(tail)", Int(memory.heads[tail]), equals: frame)
        }
      }
      frame += size
    }
    report.expect("free blocks by order", of: "page allocator", blocks, equals: accounts.allocator.freeBlocksByOrder)
    let freePages = blocks.indices.reduce(0) { $0 + blocks[$1] << $1 }
    report.expect("free pages", of: "page allocator", accounts.allocator.freePages, equals: freePages)
    report.expect(
      "backed free blocks by order", of: "page allocator", backedBlocks,
      equals: blocks.indices.map { accounts.allocator.backedBlocks[$0] })
    report.expect("bytes of large blocks", of: "page allocator", accounts.large.blockBytes, equals: largeBytes)
    report.expect("pages", of: "memory hog", accounts.hog.count, equals: hogPages)
    let pooled = pools.reduce(0) { $0 + $1.inspect(\.counts.slabBytes) }
    report.expect("bytes of slabs", of: "pools", pooled, equals: slabPages << MachineMemory.pageShift)
  }

  private func checkBuddy(of frame: Int, _ report: inout InvariantReport) {
    let order = Int(memory.pages[frame].order)
    guard order < PageAllocator.maximumOrder else { return }
    let buddy = frame ^ 1 << order
    guard buddy + 1 << order <= memory.pageCount else { return }
    let unmerged = memory.pages[buddy].use == .free && Int(memory.pages[buddy].order) == order
    report.expect(!unmerged, "page \(frame)", "and its buddy \(buddy) are free and not merged")
  }

  // MARK: - Caches

  private func check(_ cache: SlabCache, _ sample: CacheSample, _ tallies: [PoolTally], _ report: inout InvariantReport)
  {
    let free = objectsInMagazines(of: cache)
    report.expect("objects in two magazines", of: cache.name, free.count - Set(free).count, equals: 0)
    for object in free { checkObjectInMagazine(object, cache, &report) }
    report.expect("objects in magazines", of: cache.name, sample.objectsInMagazines, equals: free.count)
    guard cache.isGeneral, configuration.keepsRecords else { return }
    let requests = tallies.reduce(0) { $0 + $1.requests[cache.index, default: 0] }
    let bytes = tallies.reduce(0) { $0 + $1.requestedBytes[cache.index, default: 0] }
    report.expect("objects with a requested size", of: cache.name, requests, equals: sample.liveObjects)
    report.expect("requested bytes", of: cache.name, bytes, equals: sample.requestedBytes)
  }

  /// Returns all free objects in magazines, in the depot, and in batches of remote frees.
  private func objectsInMagazines(of cache: SlabCache) -> [UnsafeMutableRawPointer] {
    var objects: [UnsafeMutableRawPointer] = []
    let collect = { (magazine: UnsafeMutablePointer<Magazine>) in
      objects += UnsafeBufferPointer(start: Magazine.slots(of: magazine), count: magazine.pointee.rounds)
    }
    cache.descriptor.pointee.depot.forEachFull(collect)
    cache.descriptor.pointee.remoteFreeQueue.forEach(collect)
    for cpu in 0..<configuration.cpus {
      let cpuCache = cpuCache(ofCPU: cpu, cache: cache)
      objects += UnsafeBufferPointer(start: cpuCache.slots, count: cpuCache.rounds)
      objects += UnsafeBufferPointer(
        start: cpuCache.magazines.pointee.previousSlots, count: cpuCache.previousRounds)
    }
    return objects
  }

  private func checkObjectInMagazine(
    _ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ report: inout InvariantReport
  ) {
    guard let location = memory.location(of: object) else {
      return report.expect(false, cache.name, "a magazine contains a pointer outside machine memory")
    }
    let (slab, index, offset) = (location.slab.pointee, location.object, object - memory.base)
    guard slab.use == .slab, let bits = location.slab.freeBits, index < slab.objectCount else {
      return report.expect(
        false, cache.name, "a magazine contains a pointer that is not an object, at offset \(offset)")
    }
    report.expect(
      "owner of object \(index) at \(offset)", of: cache.name,
      memory.ownerTags.owner(ofObject: index, of: location.slab),
      equals: cache.index)
    report.expect(
      bits[index >> 6] >> UInt64(index & 63) & 1 == 0, cache.name,
      "object \(index) at \(offset) is in a magazine and free in its slab")
    guard configuration.keepsRecords else { return }
    report.expect(
      records.record(at: location)?.pointee.isLive != true, cache.name,
      "object \(index) at \(offset) is in a magazine and recorded as live")
  }
}
