extension SlabEngine {
  /// A pool's slabs one by one, by page frame number. Called with the pool locked.
  /// - Complexity: O(slabs), and O(objects) of pools that caches share.
  func slabSamples(of pool: SlabPool, inDepots: [UInt32: Int]) -> [SlabSample] {
    var samples: [SlabSample] = []
    var names: [Int: String] = [:]
    pool.forEachSlab { slab, frame in
      let owner = SlabEngine.mainOwner(of: slab)
      let name = names[owner] ?? caches(at: owner)?.name ?? ""
      names[owner] = name
      samples.append(
        SlabSample(
          pageFrameNumber: Int(frame), order: Int(slab.pointee.order), objects: Int(slab.pointee.objectCount),
          objectsOut: Int(slab.pointee.objectCount - slab.pointee.freeCount),
          objectsInDepots: inDepots[frame, default: 0], owner: name))
    }
    return samples.sorted { $0.pageFrameNumber < $1.pageFrameNumber }
  }

  /// The cache that most objects out of a slab belong to.
  private static func mainOwner(of slab: UnsafeMutablePointer<PageDescriptor>) -> Int {
    guard slab.pointee.owners != nil else { return Int(slab.pointee.owner) }
    var counts: [Int: Int] = [:]
    slab.pointee.forEachObjectOut { counts[slab.pointee.owner(ofObject: $0), default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? slab.pointee.owner(ofObject: 0)
  }
}

extension PageDescriptor {
  /// The numbers of a slab's objects that are out of it.
  func forEachObjectOut(_ body: (Int) -> Void) {
    guard let freeBits else { return }
    for number in 0..<Int(objectCount) where freeBits[number >> 6] >> UInt64(number & 63) & 1 == 0 { body(number) }
  }
}
