extension SlabEngine {
  /// Returns a sample of each slab of a pool in ascending order of page frame number. Called with the pool's lock held.
  /// - Complexity: O(slabs log slabs), plus O(objects) if caches share the pool.
  func slabSamples(of pool: SlabPool, inDepots: [UInt32: Int]) -> [SlabSample] {
    var samples: [SlabSample] = []
    var names: [Int: String] = [:]
    pool.forEachSlab { slab, frame in
      let owner = mainOwner(of: slab)
      let name = names[owner] ?? cacheIncludingDestroyed(at: owner)?.name ?? ""
      names[owner] = name
      samples.append(
        SlabSample(
          pageFrameNumber: Int(frame), order: Int(slab.pointee.order), objects: Int(slab.pointee.objectCount),
          objectsInUse: Int(slab.pointee.objectCount - slab.pointee.freeCount),
          objectsInDepots: inDepots[frame, default: 0], owner: name))
    }
    return samples.sorted { $0.pageFrameNumber < $1.pageFrameNumber }
  }

  /// Returns the index of the cache that owns most objects in use of a slab; that of the first member if the slab is
  /// empty.
  private func mainOwner(of slab: UnsafeMutablePointer<PageDescriptor>) -> Int {
    guard slab.pointee.tagShift != 0 else { return Int(slab.pointee.owner) }
    var counts: [Int: Int] = [:]
    slab.forEachObjectInUse { counts[memory.ownerTags.owner(ofObject: $0, of: slab), default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? Int(slab.pointee.owner)
  }
}

extension UnsafeMutablePointer<PageDescriptor> {
  /// Calls `body` with the number of each object of the slab that is in use.
  func forEachObjectInUse(_ body: (Int) -> Void) {
    guard let freeBits else { return }
    for number in 0..<Int(pointee.objectCount) where freeBits[number >> 6] >> UInt64(number & 63) & 1 == 0 {
      body(number)
    }
  }
}
