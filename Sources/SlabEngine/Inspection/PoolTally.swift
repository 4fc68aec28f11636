/// Sums over the slabs of a pool, recomputed slab by slab. The pool's own counts must be equal to them.
struct PoolTally {
  /// Number of live objects with a requested size, and sum of those sizes, by cache index. They are compared with the
  /// CPUs' counters.
  private(set) var requests: [Int: Int] = [:]
  private(set) var requestedBytes: [Int: Int] = [:]
  private var sums = PoolCounts()
  private var objectsInUse: [Int: Int] = [:]

  /// Counts the slabs of a pool, whose lock is held, and checks each slab.
  init(of pool: SlabPool, in engine: SlabEngine, _ report: inout InvariantReport) {
    let subject = engine.cacheIncludingDestroyed(at: pool.members.holder)?.name ?? "pool \(pool.index)"
    var slabs: [(UnsafeMutablePointer<PageDescriptor>, UInt32)] = []
    pool.forEachSlab { slabs.append(($0, $1)) }
    for (slab, frame) in slabs {
      check(slab, Int(frame), pool, subject, &report)
      countObjects(of: slab, Int(frame), pool, engine)
      if engine.cacheIncludingDestroyed(at: pool.members.first)?.descriptor.pointee.hasDebugChecks == true {
        checkPatterns(of: slab, Int(frame), pool, engine, &report)
      }
    }
    report.expect("slabs, objects and bytes", of: subject, sums, equals: pool.counts)
    for position in 0..<pool.members.count {
      let member = pool.members[position]
      report.expect(
        "objects in use of cache \(member.cache)", of: subject, member.objectsInUse,
        equals: objectsInUse.removeValue(forKey: member.cache) ?? 0)
    }
    report.expect("objects in use of caches that are not members", of: subject, objectsInUse, equals: [:])
  }

  private mutating func check(
    _ slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int, _ pool: SlabPool, _ subject: String,
    _ report: inout InvariantReport
  ) {
    let (objects, order) = (Int(slab.pointee.objectCount), Int(slab.pointee.order))
    let bytes = MachineMemory.pageBytes << order
    let free = PoolTally.freeBits(of: slab, objects: objects, subject, &report)
    report.expect("free count", of: subject, Int(slab.pointee.freeCount), equals: free)
    report.expect("use of the first page", of: subject, slab.pointee.use, equals: .slab)
    report.expect("pool of a listed slab", of: subject, Int(slab.pointee.poolIndex), equals: pool.index)
    report.expect("objects of a slab", of: subject, objects, equals: pool.geometry.objects(inOrder: order))
    let list = pool.list(free: free, objects: objects, order: order)
    report.expect("list of a slab", of: subject, Int(slab.pointee.occupancy), equals: list)
    report.expect("owner tags of a slab", of: subject, slab.pointee.tagShift != 0, equals: pool.isTagged)
    let entry =
      pool.isTagged ? pool.cacheMapEntry : pool.isMapped ? CacheMap.entry(forCache: Int(slab.pointee.owner)) : 0
    for page in frame..<frame + 1 << order {
      report.expect("cache map of page \(page)", of: subject, pool.cacheMap[page], equals: entry)
    }
    sums.slabsByOrder[order] += 1
    sums.totalObjects += objects
    sums.freeObjects += free
    sums.slabBytes += bytes
    if list == SlabPool.emptyList {
      sums.freeObjectsInEmptySlabs += free
      sums.emptySlabBytes += bytes
    } else {
      sums.tailBytes += bytes - objects * pool.geometry.stride
    }
  }

  private mutating func countObjects(
    of slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int, _ pool: SlabPool, _ engine: SlabEngine
  ) {
    for number in 0..<Int(slab.pointee.objectCount) where !PoolTally.isFree(number, slab) {
      let owner = pool.ownerTags.owner(ofObject: number, of: slab)
      objectsInUse[owner, default: 0] += 1
      guard let record = engine.records.record(ofObject: number, of: slab, frame: frame)?.pointee, record.isLive else {
        continue
      }
      requests[owner, default: 0] += 1
      requestedBytes[owner, default: 0] += engine.bytesRequestedBySize(of: record)
    }
  }

  /// Checks the red zones and the poison of each object. An object has at most one violation of each kind.
  private func checkPatterns(
    of slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int, _ pool: SlabPool, _ engine: SlabEngine,
    _ report: inout InvariantReport
  ) {
    for number in 0..<Int(slab.pointee.objectCount) {
      guard let cache = engine.cacheIncludingDestroyed(at: pool.ownerTags.owner(ofObject: number, of: slab)) else {
        continue
      }
      let (object, bytes) = (pool.object(number, of: UInt32(frame)), cache.objectSize)
      let isFree = PoolTally.isFree(number, slab)
      let zone = isFree ? DebugPattern.freeRedZone : DebugPattern.liveRedZone
      let subject = "object \(number) of the slab at page \(frame)"
      report.expect(
        DebugPattern.hasRedZones(object, bytes: bytes, pool.geometry, of: zone), cache.name,
        "\(AllocationFault.Kind.redZone.rawValue): \(subject)")
      guard isFree, cache.isPoisoned else { continue }
      report.expect(
        DebugPattern.isPoisoned(object, bytes: bytes), cache.name, "\(AllocationFault.Kind.poison.rawValue): \(subject)"
      )
    }
  }

  private static func isFree(_ number: Int, _ slab: UnsafeMutablePointer<PageDescriptor>) -> Bool {
    // A slab without a bitmap is reported by `freeBits`; its objects count as in use.
    slab.freeBits.map { $0[number >> 6] >> UInt64(number & 63) & 1 == 1 } ?? false
  }

  private static func freeBits(
    of slab: UnsafeMutablePointer<PageDescriptor>, objects: Int, _ subject: String, _ report: inout InvariantReport
  ) -> Int {
    guard let bits = slab.freeBits else {
      report.expect(false, subject, "a listed slab has no bitmap")
      return 0
    }
    var free = 0
    for word in 0..<SlabGeometry.bitmapWords(objects: objects) { free += bits[word].nonzeroBitCount }
    if objects & 63 != 0 {
      report.expect("bits beyond the last object", of: subject, bits[objects >> 6] >> UInt64(objects & 63), equals: 0)
    }
    return free
  }
}

extension EngineSample {
  /// The sum of all parts of machine memory, in bytes.
  var accountedBytes: Int {
    caches.reduce((freePages + hogPages) * pageBytes + largeBlockBytes) { sum, cache in
      let objects = (cache.liveObjects + cache.objectsInMagazines) * cache.stride + cache.strayBytes
      return sum + objects + cache.freeBytesInPartialSlabs + cache.tailBytes + cache.emptySlabBytes
    }
  }
}
