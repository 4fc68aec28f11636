/// Sharing of a pool by several caches (S4 of the mail). Each object in use has an owner tag, so that each cache's
/// count is exact also when objects are freed without naming the cache.
extension SlabPool {
  /// Makes a cache a member of this pool. When the second cache joins, objects get owner tags; objects that are in use already
  /// belong to the first member.
  /// - Returns: false, without any change, if the pool has no room for another member.
  mutating func join(_ cache: Int) -> Bool {
    let isFirst = members.count == 0 || members.position(of: cache) != nil
    guard members.join(cache) else { return false }
    if !isFirst, !isTagged { tagSlabs() }
    return true
  }

  /// Adds owner tags to each slab; all objects belong to the first member.
  private mutating func tagSlabs() {
    let shift = OwnerTags.shift(forStride: geometry.stride)
    forEachSlab { slab, frame in
      let start = Int(frame) << MachineMemory.pageShift
      for number in 0..<Int(slab.pointee.objectCount) {
        ownerTags[start + slab.pointee.offset(ofObject: number), shift] = slab.pointee.owner
      }
      slab.pointee.tagShift = UInt8(shift)
      // After the tags: see `CacheMap`.
      cacheMap.set(frame, order: Int(slab.pointee.order), to: CacheMap.entry(forTagShift: shift))
    }
    isTagged = true
  }

  /// Entry of the cache map for a new slab of this pool.
  var cacheMapEntry: Int {
    guard isMapped else { return 0 }
    return isTagged
      ? CacheMap.entry(forTagShift: OwnerTags.shift(forStride: geometry.stride))
      : CacheMap.entry(forCache: members.first)
  }
}
