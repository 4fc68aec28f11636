extension CacheSnapshot {
  /// Computes the figures that /proc/slabinfo does not contain but implies: bytes of slabs, bytes of tails, and slabs by page
  /// order. num_objs is the sum of the objects in each slab; if it is less than num_slabs times objperslab, some slabs have
  /// the lower order that SLUB falls back to.
  package mutating func inferSlabFigures() {
    isGeneral = name.hasPrefix("kmalloc-")
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
    // slabinfo 1.0 contains neither the slabs nor their order.
    if slabs == 0 { slabBytes = max(slabBytes, totalObjects * stride) }
    tailBytes = max(0, slabBytes - totalObjects * stride)
    activeIsUpperBound = true
  }

  /// Returns the lowest page order of a slab with room for an object.
  private static func lowestOrder(of stride: Int) -> Int {
    var order = 0
    while 4096 << order < stride, order < 10 { order += 1 }
    return order
  }
}
