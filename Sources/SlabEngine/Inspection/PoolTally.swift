/// What a pool's slabs say, counted one by one: what its own counts must equal.
struct PoolTally {
  /// Live objects with a requested size by owner, and the sums of those sizes: compared with the CPUs' counts.
  private(set) var requests: [Int: Int] = [:]
  private(set) var requestedBytes: [Int: Int] = [:]
  private var sums = PoolCounts()
  private var objectsOut: [Int: Int] = [:]

  /// Counts a pool, with its lock held, and checks each slab on the way.
  init(of pool: SlabPool, in engine: SlabEngine, _ report: inout InvariantReport) {
    let place = engine.caches(at: pool.members.holder)?.name ?? "pool \(pool.index)"
    var slabs: [(UnsafeMutablePointer<PageDescriptor>, UInt32)] = []
    pool.forEachSlab { slabs.append(($0, $1)) }
    for (slab, frame) in slabs {
      check(slab, Int(frame), pool, place, &report)
      countObjects(of: slab, pool)
      if engine.caches(at: pool.members.first)?.descriptor.pointee.isInspected == true {
        checkPatterns(of: slab, Int(frame), pool, engine, &report)
      }
    }
    report.expect("slabs, objects and bytes", of: place, sums, equals: pool.counts)
    for position in 0..<pool.members.count {
      let member = pool.members[position]
      report.expect(
        "objects out of cache \(member.cache)", of: place, member.objectsOut,
        equals: objectsOut.removeValue(forKey: member.cache) ?? 0)
    }
    report.expect("objects out of caches that are no members", of: place, objectsOut, equals: [:])
  }

  private mutating func check(
    _ slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int, _ pool: SlabPool, _ place: String,
    _ report: inout InvariantReport
  ) {
    let (objects, order) = (Int(slab.pointee.objectCount), Int(slab.pointee.order))
    let bytes = MachineMemory.pageBytes << order
    let free = PoolTally.freeBits(of: slab, objects: objects, place, &report)
    report.expect("free count", of: place, Int(slab.pointee.freeCount), equals: free)
    report.expect("use of a listed slab", of: place, slab.pointee.use, equals: .slab)
    report.expect("pool of a listed slab", of: place, Int(slab.pointee.poolIndex), equals: pool.index)
    report.expect("objects of a slab", of: place, objects, equals: pool.geometry.objects(inOrder: order))
    let list = pool.list(free: free, objects: objects, order: order)
    report.expect("list of a slab", of: place, Int(slab.pointee.occupancy), equals: list)
    report.expect("owner tags of a slab", of: place, slab.pointee.owners != nil, equals: pool.isTagged)
    let entry = pool.isMapped && !pool.isTagged ? Int(slab.pointee.owner) + 1 : 0
    for page in frame..<frame + 1 << order {
      report.expect("cache map of page \(page)", of: place, pool.cacheMap[page], equals: entry)
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

  private mutating func countObjects(of slab: UnsafeMutablePointer<PageDescriptor>, _ pool: SlabPool) {
    for number in 0..<Int(slab.pointee.objectCount) where !PoolTally.isFree(number, slab) {
      let owner = slab.pointee.owner(ofObject: number)
      objectsOut[owner, default: 0] += 1
      guard let record = slab.pointee.records?[number], record.requested != 0 else { continue }
      requests[owner, default: 0] += 1
      requestedBytes[owner, default: 0] += Int(record.requested)
    }
  }

  /// Damage that debug flags show: one violation an object.
  private func checkPatterns(
    of slab: UnsafeMutablePointer<PageDescriptor>, _ frame: Int, _ pool: SlabPool, _ engine: SlabEngine,
    _ report: inout InvariantReport
  ) {
    for number in 0..<Int(slab.pointee.objectCount) {
      guard let cache = engine.caches(at: slab.pointee.owner(ofObject: number)) else { continue }
      let (object, bytes) = (pool.object(number, of: UInt32(frame)), cache.objectSize)
      let isFree = PoolTally.isFree(number, slab)
      let zone = isFree ? DebugPattern.freeRedZone : DebugPattern.liveRedZone
      let place = "object \(number) of the slab at page \(frame)"
      report.expect(
        DebugPattern.hasRedZones(object, bytes: bytes, pool.geometry, of: zone), cache.name,
        "\(AllocationFault.Kind.redZone.rawValue): \(place)")
      guard isFree, cache.isPoisoned else { continue }
      report.expect(
        DebugPattern.isPoisoned(object, bytes: bytes), cache.name, "\(AllocationFault.Kind.poison.rawValue): \(place)")
    }
  }

  private static func isFree(_ number: Int, _ slab: UnsafeMutablePointer<PageDescriptor>) -> Bool {
    // A listed slab has its bitmap; where not, `freeBits` below reports it and every object counts as out.
    slab.pointee.freeBits.map { $0[number >> 6] >> UInt64(number & 63) & 1 == 1 } ?? false
  }

  private static func freeBits(
    of slab: UnsafeMutablePointer<PageDescriptor>, objects: Int, _ place: String, _ report: inout InvariantReport
  ) -> Int {
    guard let bits = slab.pointee.freeBits else {
      report.expect(false, place, "a listed slab has no bitmap")
      return 0
    }
    var free = 0
    for word in 0..<SlabGeometry.bitmapWords(objects: objects) { free += bits[word].nonzeroBitCount }
    if objects & 63 != 0 {
      report.expect("bits beyond the last object", of: place, bits[objects >> 6] >> UInt64(objects & 63), equals: 0)
    }
    return free
  }
}

extension EngineSample {
  /// The sum of all accounts of bytes.
  var accountedBytes: Int {
    caches.reduce((freePages + hogPages) * pageBytes + largeBlockBytes) { sum, cache in
      let objects = (cache.liveObjects + cache.objectsInMagazines) * cache.stride + cache.strayBytes
      return sum + objects + cache.freeBytesInPartialSlabs + cache.tailBytes + cache.emptySlabBytes
    }
  }
}
