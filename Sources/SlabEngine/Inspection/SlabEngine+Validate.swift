internal import Synchronization

extension SlabEngine {
  /// Checks every invariant of an engine at rest (no other thread may use it) and returns what is violated; empty when
  /// all is well.
  ///
  ///     machine memory = free blocks + slabs + large blocks, page by page, no two free buddies side by side
  ///     slab:  set bits of the bitmap = free count; list = occupancy; no bit beyond the last object; pages' cache map
  ///     pool:  sums over its slabs = its counts; objects out by owner tag = its members' counts
  ///     cache: objects out = live + in magazines; each object in a magazine is the cache's, out, and in no other magazine
  ///     general cache, where requests are recorded: live objects = objects with a requested size; sum = the CPUs' sum
  ///     cache with debug flags: free objects hold the pattern, live ones have their red zones
  ///     ledger: the parts sum to the machine's memory
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

  // MARK: Pages

  private func checkPages(_ report: inout InvariantReport) {
    let pages = memory.pages
    let held = self.pages.withLock { $0 }
    var blocks = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)
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
    report.expect("free blocks by order", of: "page allocator", blocks, equals: held.allocator.freeBlocksByOrder)
    let freePages = blocks.indices.reduce(0) { $0 + blocks[$1] << $1 }
    report.expect("free pages", of: "page allocator", held.allocator.freePages, equals: freePages)
    report.expect("bytes of large blocks", of: "page allocator", held.large.blockBytes, equals: largeBytes)
    report.expect("pages", of: "page hog", held.hog.count, equals: hogPages)
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

  // MARK: Caches

  private func check(_ cache: SlabCache, _ sample: CacheSample, _ tallies: [PoolTally], _ report: inout InvariantReport)
  {
    let held = objectsInMagazines(of: cache)
    report.expect("objects held twice by magazines", of: cache.name, held.count - Set(held).count, equals: 0)
    for object in held { checkHeld(object, cache, &report) }
    report.expect("objects in magazines", of: cache.name, sample.objectsInMagazines, equals: held.count)
    guard cache.isGeneral, configuration.keepsRecords else { return }
    let requests = tallies.reduce(0) { $0 + $1.requests[cache.index, default: 0] }
    let bytes = tallies.reduce(0) { $0 + $1.requestedBytes[cache.index, default: 0] }
    report.expect("objects with a requested size", of: cache.name, requests, equals: sample.liveObjects)
    report.expect("requested bytes", of: cache.name, bytes, equals: sample.requestedBytes)
  }

  /// Every object that magazines, the depot and batches on their way home hold.
  private func objectsInMagazines(of cache: SlabCache) -> [UnsafeMutableRawPointer] {
    var objects: [UnsafeMutableRawPointer] = []
    let collect = { (magazine: UnsafeMutablePointer<Magazine>) in
      objects += UnsafeBufferPointer(start: Magazine.slots(of: magazine), count: magazine.pointee.rounds)
    }
    cache.descriptor.pointee.depot.forEachFull(collect)
    cache.descriptor.pointee.homing.forEach(collect)
    for cpu in 0..<configuration.cpus {
      let line = line(ofCPU: cpu, cache: cache)
      let (loaded, previous) = (line.magazines.pointee.slots, line.magazines.pointee.previousSlots)
      let counters = line.counters
      objects += UnsafeBufferPointer(start: loaded, count: counters.pointee.rounds.load(ordering: .relaxed))
      objects += UnsafeBufferPointer(start: previous, count: counters.pointee.previousRounds.load(ordering: .relaxed))
    }
    return objects
  }

  private func checkHeld(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ report: inout InvariantReport) {
    guard let place = memory.place(of: object) else {
      return report.expect(false, cache.name, "a magazine holds a pointer outside machine memory")
    }
    let (slab, index, offset) = (place.slab.pointee, place.object, object - memory.base)
    guard slab.use == .slab, let bits = slab.freeBits, index < slab.objectCount else {
      return report.expect(false, cache.name, "a magazine holds what is no object, at offset \(offset)")
    }
    report.expect(
      "owner of object \(index) at \(offset)", of: cache.name, slab.owner(ofObject: index), equals: cache.index)
    report.expect(
      bits[index >> 6] >> UInt64(index & 63) & 1 == 0, cache.name, "object \(index) at \(offset) is held and free")
    guard configuration.keepsRecords else { return }
    report.expect(
      slab.records?[index].requested ?? 0 == 0, cache.name,
      "object \(index) at \(offset) is held and has a requested size")
  }
}
