/// The figures that a pasted text has of one cache; nil for each that its form does not contain.
package struct PastedCache: Sendable, Hashable {
  /// Name of the cache.
  package var name: String
  /// Live objects; an upper bound where the text is derived from /proc/slabinfo.
  package var activeObjects: Int?
  /// Objects that the slabs have room for.
  package var totalObjects: Int?
  /// Bytes from one object to the next.
  package var stride: Int?
  /// Number of slabs.
  package var slabs: Int?
  /// Objects in a slab of the preferred order.
  package var objectsPerSlab: Int?
  /// Page order of a slab.
  package var order: Int?
  /// Bytes of all slabs.
  package var slabBytes: Int?
  /// Bytes of live objects.
  package var activeBytes: Int?

  package init(name: String) { self.name = name }

  /// Derives the figures that follow exactly from others, such as the number of slabs from the bytes and the order of each.
  mutating func deriveFigures() {
    if slabs == nil, let totalObjects, let objectsPerSlab, objectsPerSlab > 0, totalObjects % objectsPerSlab == 0 {
      slabs = totalObjects / objectsPerSlab
    }
    if slabBytes == nil, let slabs, let order { slabBytes = slabs * 4096 << order }
    if order == nil, let slabBytes, let slabs, slabs > 0, slabBytes % slabs == 0 {
      let pages = slabBytes / slabs / 4096
      if pages.nonzeroBitCount == 1, pages <= 1 << 10, pages * slabs * 4096 == slabBytes {
        order = pages.trailingZeroBitCount
      }
    }
    if objectsPerSlab == nil, let totalObjects, let slabs, slabs > 0, totalObjects % slabs == 0 {
      objectsPerSlab = totalObjects / slabs
    }
  }
}
