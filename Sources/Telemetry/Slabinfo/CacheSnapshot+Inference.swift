extension CacheSnapshot {
  /// Fills in what slabinfo does not say but implies: bytes, tails, and slabs of the lower order that SLUB falls back to
  /// when memory has none of the preferred one. num_objs sums what each slab truly holds, so where it is less than
  /// num_slabs times objperslab, such slabs exist.
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
    // Version 1.0 tells neither.
    if slabs == 0 { slabBytes = max(slabBytes, totalObjects * stride) }
    tailBytes = max(0, slabBytes - totalObjects * stride)
    activeIsUpperBound = true
  }

  /// The lowest order that holds an object.
  private static func lowestOrder(of stride: Int) -> Int {
    var order = 0
    while 4096 << order < stride, order < 10 { order += 1 }
    return order
  }
}
