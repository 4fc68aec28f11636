internal import Synchronization

extension SlabEngine {
  /// Checks every invariant of an engine at rest (no other thread may use it) and returns what is violated; empty when
  /// all is well.
  ///
  ///     machine memory = free blocks + slabs + large blocks, page by page, no two free buddies side by side
  ///     slab:  set bits of the bitmap = free count; list = occupancy; no bit beyond the last object
  ///     pool:  sums over its slabs = its counts
  ///     cache: objects out = live + in magazines; each object in a magazine is the pool's, out, and in no other magazine
  ///     general cache: live objects = objects with a requested size; their sum = the CPUs' sum
  ///     ledger: the parts sum to the machine's memory
  /// - Complexity: O(pages + objects).
  public func validate() -> [InvariantViolation] {
    var report = InvariantReport()
    checkPages(&report)
    for cache in caches { check(cache, &report) }
    let sample = sample()
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
      report.expect(
        page.use != .unclaimed && page.use != .tail, "page \(frame)", "is \(page.use), expected the first of a block")
      report.expect("alignment to its order", of: "page \(frame)", frame % size, equals: 0)
      switch page.use {
      case .free:
        blocks[Int(page.order)] += 1
        checkBuddy(of: frame, &report)
      case .slab: slabPages += size
      case .large: largeBytes += size << MachineMemory.pageShift
      case .hog: hogPages += size
      case .unclaimed, .tail: break
      }
      if page.use != .free {
        for tail in frame..<min(frame + size, memory.pageCount) where Int(pages[tail].head) != frame {
          report.expect("head", of: "page \(tail)", Int(pages[tail].head), equals: frame)
        }
      }
      frame += size
    }
    report.expect("free blocks by order", of: "page allocator", blocks, equals: held.allocator.freeBlocksByOrder)
    let freePages = blocks.indices.reduce(0) { $0 + blocks[$1] << $1 }
    report.expect("free pages", of: "page allocator", held.allocator.freePages, equals: freePages)
    report.expect("bytes of large blocks", of: "page allocator", held.large.blockBytes, equals: largeBytes)
    report.expect("pages", of: "page hog", held.hog.count, equals: hogPages)
    let pooled = caches.reduce(0) { $0 + $1.descriptor.pointee.pool.withLock(\.slabBytes) }
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

  private func check(_ cache: SlabCache, _ report: inout InvariantReport) {
    let pool = cache.descriptor.pointee.pool.withLock { $0 }
    let tally = PoolTally(of: pool, cache: cache.name, &report)
    report.expect("slabs, objects and bytes", of: cache.name, tally, equals: PoolTally(countsOf: pool))

    let held = objectsInMagazines(of: cache)
    report.expect("objects held twice by magazines", of: cache.name, held.count - Set(held).count, equals: 0)
    for object in held { checkHeld(object, cache, &report) }
    let sample = sample().caches.first { $0.name == cache.name }
    report.expect("objects in magazines", of: cache.name, sample?.objectsInMagazines, equals: held.count)
    guard cache.isGeneral else { return }
    report.expect("objects with a requested size", of: cache.name, tally.requests, equals: sample?.liveObjects ?? -1)
    report.expect("requested bytes", of: cache.name, tally.requestedBytes, equals: sample?.requestedBytes ?? -1)
  }

  /// Every object that magazines and the depot hold.
  private func objectsInMagazines(of cache: SlabCache) -> [UnsafeMutableRawPointer] {
    var objects: [UnsafeMutableRawPointer] = []
    cache.descriptor.pointee.depot.forEachFull { magazine in
      objects += UnsafeBufferPointer(start: Magazine.slots(of: magazine), count: magazine.pointee.rounds)
    }
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
    let offset = object - memory.base
    guard offset >= 0, offset < memory.bytes else {
      return report.expect(false, cache.name, "a magazine holds a pointer outside machine memory")
    }
    let slab = memory.pages[Int(memory.pages[offset >> MachineMemory.pageShift].head)]
    guard slab.use == .slab, Int(slab.cacheIndex) == cache.index, let bits = slab.freeBits else {
      return report.expect(false, cache.name, "a magazine holds an object of another cache at offset \(offset)")
    }
    let index = slab.index(of: object)
    report.expect(
      bits[index >> 6] >> UInt64(index & 63) & 1 == 0, cache.name, "object \(index) at \(offset) is held and free")
    report.expect(
      slab.requested?[index] ?? 0 == 0, cache.name, "object \(index) at \(offset) is held and has a requested size")
  }
}

/// The sums over a pool's slabs that its counts must equal.
private struct PoolTally: Equatable {
  var slabsByOrder = [Int](repeating: 0, count: PageAllocator.maximumOrder + 1)
  var totalObjects = 0
  var freeObjectsInPartialSlabs = 0
  var freeObjectsInEmptySlabs = 0
  var slabBytes = 0
  var emptySlabBytes = 0
  var tailBytes = 0
  /// Objects with a requested size, and the sum of those sizes: compared with the CPUs' counts, not the pool's.
  var requests = 0
  var requestedBytes = 0

  /// What the pool says of itself.
  init(countsOf pool: SlabPool) {
    for order in slabsByOrder.indices { slabsByOrder[order] = pool.slabsByOrder[order] }
    totalObjects = pool.totalObjects
    freeObjectsInPartialSlabs = pool.freeObjectsInPartialSlabs
    freeObjectsInEmptySlabs = pool.freeObjectsInEmptySlabs
    slabBytes = pool.slabBytes
    emptySlabBytes = pool.emptySlabBytes
    tailBytes = pool.tailBytes
  }

  /// What its slabs say, each checked on the way.
  init(of pool: SlabPool, cache: String, _ report: inout InvariantReport) {
    var slabs: [UnsafeMutablePointer<PageDescriptor>] = []
    pool.forEachSlab { slab, _ in slabs.append(slab) }
    for slab in slabs {
      let (objects, order) = (Int(slab.pointee.objectCount), Int(slab.pointee.order))
      let bytes = MachineMemory.pageBytes << order
      let free = PoolTally.freeBits(of: slab, objects: objects, cache: cache, &report)
      report.expect("free count", of: cache, Int(slab.pointee.freeCount), equals: free)
      report.expect("use of a listed slab", of: cache, slab.pointee.use, equals: .slab)
      report.expect("objects of a slab", of: cache, objects, equals: pool.geometry.objects(inOrder: order))
      let list = SlabPool.list(free: free, objects: objects)
      report.expect("list of a slab", of: cache, Int(slab.pointee.occupancy), equals: list)
      slabsByOrder[order] += 1
      totalObjects += objects
      slabBytes += bytes
      if list == SlabPool.emptyList {
        freeObjectsInEmptySlabs += free
        emptySlabBytes += bytes
      } else {
        freeObjectsInPartialSlabs += free
        tailBytes += bytes - objects * pool.geometry.stride
      }
      for index in 0..<objects {
        guard let size = slab.pointee.requested?[index], size != 0 else { continue }
        requests += 1
        requestedBytes += Int(size)
      }
    }
  }

  private static func freeBits(
    of slab: UnsafeMutablePointer<PageDescriptor>, objects: Int, cache: String, _ report: inout InvariantReport
  ) -> Int {
    guard let bits = slab.pointee.freeBits else {
      report.expect(false, cache, "a listed slab has no bitmap")
      return 0
    }
    var free = 0
    for word in 0..<SlabGeometry.bitmapWords(objects: objects) { free += bits[word].nonzeroBitCount }
    if objects & 63 != 0 {
      report.expect("bits beyond the last object", of: cache, bits[objects >> 6] >> UInt64(objects & 63), equals: 0)
    }
    return free
  }

  static func == (left: PoolTally, right: PoolTally) -> Bool {
    left.slabsByOrder == right.slabsByOrder && left.totalObjects == right.totalObjects
      && left.freeObjectsInPartialSlabs == right.freeObjectsInPartialSlabs
      && left.freeObjectsInEmptySlabs == right.freeObjectsInEmptySlabs && left.slabBytes == right.slabBytes
      && left.emptySlabBytes == right.emptySlabBytes && left.tailBytes == right.tailBytes
  }
}

extension EngineSample {
  /// The sum of all accounts of bytes.
  var accountedBytes: Int {
    caches.reduce((freePages + hogPages) * pageBytes + largeBlockBytes) { sum, cache in
      let objects = (cache.liveObjects + cache.objectsInMagazines + cache.freeObjectsInPartialSlabs) * cache.stride
      return sum + objects + cache.tailBytes + cache.emptySlabBytes
    }
  }
}
