/// Figures of one cache in a pasted text; nil for each figure that the form of the text does not contain.
package struct PastedCache: Sendable, Hashable {
  /// Name of the cache.
  package var name: String
  /// Live objects; an upper bound, because all forms derive them from /proc/slabinfo.
  package var activeObjects: Int?
  /// Objects that the slabs have room for.
  package var totalObjects: Int?
  /// Bytes from one object to the next.
  package var stride: Int?
  /// Number of slabs.
  package var slabs: Int?
  /// Objects in a slab of the preferred order.
  package var objectsPerSlab: Int?
  /// Preferred page order.
  package var order: Int?
  /// Bytes of all slabs.
  package var slabBytes: Int?
  /// Bytes of live objects.
  package var activeBytes: Int?
  /// Capacity of a per-CPU magazine; nil for SLUB, which has none.
  package var magazineCapacity: Int?
  /// Free objects in per-CPU magazines.
  package var objectsInMagazines: Int?
  /// Slabs without a live object.
  package var emptySlabs: Int?

  /// Number of the line of the row; 0 if the figures are on several lines.
  var line = 0

  /// Creates a cache without figures.
  package init(name: String) { self.name = name }

  /// Whether the cache fits in 16 TiB of memory, so that calculations with its figures cannot overflow.
  var isPossible: Bool {
    func fits(_ count: Int?, _ size: Int?) -> Bool {
      let (bytes, overflows) = (count ?? 0).multipliedReportingOverflow(by: max(1, size ?? 1))
      return !overflows && bytes <= 1 << 44
    }
    return (stride ?? 0) <= 1 << 32 && (magazineCapacity ?? 0) <= 1 << 32 && fits(activeObjects, stride)
      && fits(totalObjects, stride) && fits(slabs, 4096 << (order ?? 0)) && fits(slabs, objectsPerSlab)
      && fits(slabBytes, 1) && fits(activeBytes, 1) && fits(objectsInMagazines, stride)
      && fits(objectsPerSlab, stride)
  }

  /// Whether no more objects or bytes are live than there are in all.
  var hasNoMoreLiveThanAllObjects: Bool {
    activeObjects ?? 0 <= totalObjects ?? .max && activeBytes ?? 0 <= slabBytes ?? .max
  }

  /// Derives the figures that follow exactly from others, such as the bytes of all slabs from their number and order.
  mutating func deriveFigures() {
    if order == nil { order = orderOfGeometry ?? orderOfBytes }
    if slabs == nil, let totalObjects, let objectsPerSlab, objectsPerSlab > 0, totalObjects % objectsPerSlab == 0 {
      slabs = totalObjects / objectsPerSlab
    }
    if slabBytes == nil, let slabs, let order, slabs <= 1 << 32 { slabBytes = slabs * 4096 << order }
    if objectsPerSlab == nil, let totalObjects, let slabs, slabs > 0, totalObjects % slabs == 0 {
      objectsPerSlab = totalObjects / slabs
    }
  }

  /// Page order of the only block of pages that has room for exactly `objectsPerSlab` objects; nil if there is none, because
  /// a part of the slab has other contents (SLAB's descriptors).
  private var orderOfGeometry: Int? {
    guard let stride, let objectsPerSlab, stride > 0, objectsPerSlab > 0, slabBytes == nil else { return nil }
    return (0...10).first { 4096 << $0 / stride == objectsPerSlab }
  }

  /// Page order of slabs that are all of the same size; nil if that is not a power of two of pages.
  private var orderOfBytes: Int? {
    guard let slabBytes, let slabs, slabs > 0, slabBytes % slabs == 0 else { return nil }
    let pages = slabBytes / slabs / 4096
    guard pages.nonzeroBitCount == 1, pages <= 1 << 10, pages * slabs * 4096 == slabBytes else { return nil }
    return pages.trailingZeroBitCount
  }
}

extension CacheSnapshot {
  /// Creates a cache whose figures that `pasted` lacks are unknown.
  init(_ pasted: PastedCache) {
    self.init(name: pasted.name)
    unknownFigures = .all
    self[known: \.activeObjects, .activeObjects] = pasted.activeObjects
    self[known: \.totalObjects, .totalObjects] = pasted.totalObjects
    self[known: \.stride, .stride] = pasted.stride
    self[known: \.slabs, .slabs] = pasted.slabs
    self[known: \.objectsPerPreferredSlab, .objectsPerPreferredSlab] = pasted.objectsPerSlab
    self[known: \.preferredOrder, .preferredOrder] = pasted.order
    self[known: \.slabBytes, .slabBytes] = pasted.slabBytes
    self[known: \.magazineCapacity, .magazineCapacity] = pasted.magazineCapacity
    self[known: \.objectsInMagazines, .objectsInMagazines] = pasted.objectsInMagazines
    (emptySlabs, activeBytes) = (pasted.emptySlabs, pasted.activeObjects == nil ? pasted.activeBytes : nil)
    let kmallocBytes = SlabDebugging.kmallocBytes(name)
    isGeneral = kmallocBytes != nil
    // What a kmalloc cache's stride has in addition to the size in its name is debug metadata.
    self[known: \.objectSize, .objectSize] =
      kmallocBytes.flatMap { size in
        size > 0 && size <= pasted.stride ?? size ? size : nil
      } ?? pasted.stride
    if pasted.activeObjects != nil || pasted.activeBytes != nil { activeIsUpperBound = true }
    inferSlabsByOrder(pasted)
    if let slabBytes = pasted.slabBytes, let stride = pasted.stride, let totalObjects = pasted.totalObjects {
      self[known: \.tailBytes, .tailBytes] = max(0, slabBytes - totalObjects * stride)
    }
  }

  /// Computes the slabs by page order if the text has the number, the bytes and the preferred order of the slabs.
  private mutating func inferSlabsByOrder(_ pasted: PastedCache) {
    guard let slabs = pasted.slabs, let order = pasted.order else { return }
    guard pasted.slabBytes == slabs * 4096 << order else { return inferFallbacks(pasted) }
    var counts = [Int](repeating: 0, count: 11)
    counts[order] = slabs
    self[known: \.slabsByOrder, .slabsByOrder] = counts
    self[known: \.orderFallbacks, .orderFallbacks] = 0
  }

  /// Computes the slabs of the preferred and of the lowest order from the number of objects (slabinfo only).
  private mutating func inferFallbacks(_ pasted: PastedCache) {
    guard knows([.totalObjects, .stride, .objectsPerPreferredSlab]) else { return }
    var inferred = self
    inferred.inferSlabFigures()
    guard inferred.slabBytes == pasted.slabBytes else { return }
    self[known: \.slabsByOrder, .slabsByOrder] = inferred.slabsByOrder
    self[known: \.orderFallbacks, .orderFallbacks] = inferred.orderFallbacks
  }
}
