extension CacheSnapshot {
  /// Computes the figures that /proc/slabinfo does not contain but implies: bytes of slabs, bytes of tails, and slabs by page
  /// order. num_objs is the sum of the objects in each slab; if it is less than num_slabs times objperslab, some slabs have
  /// the lower order that SLUB falls back to.
  ///
  /// The objects of a kmalloc cache have the size in its name; what its stride has in addition is debug metadata.
  package mutating func inferSlabFigures() {
    isGeneral = SlabDebugging.kmallocBytes(name) != nil
    if isGeneral, let size = SlabDebugging.kmallocBytes(name), size > 0, size <= stride { objectSize = size }
    let page = 4096
    var fallbacks = 0
    let lowest = CacheSnapshot.lowestOrder(of: stride)
    let missing = slabs * objectsPerPreferredSlab - totalObjects
    if missing > 0, stride > 0, lowest < preferredOrder {
      let lost = objectsPerPreferredSlab - page << lowest / stride
      if lost > 0 { fallbacks = min(slabs, (missing + lost / 2) / lost) }
    }
    if slabs > 0 {
      slabsByOrder[min(preferredOrder, 10)] += slabs - fallbacks
      slabsByOrder[min(lowest, 10)] += fallbacks
    }
    orderFallbacks = fallbacks
    slabBytes = (slabs - fallbacks) * page << preferredOrder + fallbacks * page << lowest
    tailBytes = max(0, slabBytes - totalObjects * stride)
    activeIsUpperBound = true
    // SLUB prints 0 for the limits of magazines, which it does not have, and does not count objects in per-CPU caches.
    if magazineCapacity == 0 { unknownFigures.formUnion([.magazineCapacity, .objectsInMagazines]) }
  }

  /// Returns the lowest page order of a slab with room for an object.
  private static func lowestOrder(of stride: Int) -> Int {
    var order = 0
    while 4096 << order < stride, order < 10 { order += 1 }
    return order
  }
}
