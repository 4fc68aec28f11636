internal import Glibc

/// Sharing of a pool by several caches (S4 of the mail). Each object in use has an owner tag, so that each cache's
/// count is exact also when objects are freed without naming the cache.
extension SlabPool {
  /// Makes a cache a member of this pool. When the second cache joins, objects get owner tags; objects that are in use already
  /// belong to the first member.
  /// - Returns: false, without any change, if the pool has no room for another member or there is no memory for tags.
  mutating func join(_ cache: Int) -> Bool {
    if members.count > 0, !isTagged, members.position(of: cache) == nil {
      guard tagSlabs() else { return false }
    }
    return members.join(cache)
  }

  /// Adds owner tags to each slab; all objects belong to the first member.
  private mutating func tagSlabs() -> Bool {
    var slabs: [UInt32] = []
    forEachSlab { _, frame in slabs.append(frame) }
    for frame in slabs {
      let slab = pages + Int(frame)
      // An earlier attempt that ran out of memory has tagged this slab.
      if slab.pointee.owners != nil { continue }
      guard
        let tags = SlabPool.ownerTags(objects: Int(slab.pointee.objectCount), owner: slab.pointee.owner)
      else { return false }
      // If memory for tags runs out here, the pool is still valid: existing tags equal `owner`.
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
