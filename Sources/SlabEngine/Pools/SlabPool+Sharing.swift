internal import Glibc

/// Caches that share a pool (S4 of the mail): each object out of a slab carries its owner's tag, so that each cache's
/// count is exact also when objects are freed without naming the cache.
extension SlabPool {
  /// Lets a cache draw from this pool. From the second member on, objects are tagged with their owners: those that are
  /// out already are the first member's.
  /// - Returns: false, and nothing has changed, when the pool has no room for one more, or there is no memory for tags.
  mutating func join(_ cache: Int) -> Bool {
    if members.count > 0, !isTagged, members.position(of: cache) == nil {
      guard tagSlabs() else { return false }
    }
    return members.join(cache)
  }

  /// Gives each slab tags, all the first member's.
  private mutating func tagSlabs() -> Bool {
    var slabs: [UInt32] = []
    forEachSlab { _, frame in slabs.append(frame) }
    for frame in slabs {
      let slab = pages + Int(frame)
      // Tagged by an attempt that failed half-way.
      if slab.pointee.owners != nil { continue }
      guard
        let tags = SlabPool.ownerTags(objects: Int(slab.pointee.objectCount), owner: slab.pointee.owner)
      else { return false }
      // A pool that failed half-way is still right: tags that are there say what `owner` says.
      slab.pointee.owners = tags
      // After the tags: see `CacheMap`.
      cacheMap.set(frame, order: Int(slab.pointee.order), to: nil)
    }
    isTagged = true
    return true
  }

  static func ownerTags(objects: Int, owner: UInt16) -> UnsafeMutablePointer<UInt16>? {
    guard let raw = malloc(objects * MemoryLayout<UInt16>.stride) else { return nil }
    let tags = raw.bindMemory(to: UInt16.self, capacity: objects)
    tags.initialize(repeating: owner, count: objects)
    return tags
  }
}
