extension CacheSnapshot {
  /// Creates the snapshot of a kernel's cache from its slabs by occupancy.
  package init(_ occupancy: SlabOccupancy, pageBytes: Int) {
    self.init(name: occupancy.name)
    let parameters = occupancy.parameters
    isGeneral = parameters.flags.contains(.kmalloc) || name.hasPrefix("kmalloc-")
    (objectSize, stride) = (parameters.objectSize, parameters.stride)
    (preferredOrder, objectsPerPreferredSlab) = (parameters.preferredOrder, parameters.objectsPerPreferredSlab)
    magazineCapacity = parameters.sheafCapacity
    isReclaimable = parameters.flags.contains(.reclaimable)
    isAccounted = parameters.flags.contains(.accounted)
    totalObjects = occupancy.totalObjects
    activeObjects = occupancy.liveObjects
    activeIsUpperBound = occupancy.knowsObjectsOnCPUs && occupancy.isComplete ? nil : true
    objectsInMagazines = occupancy.objectsInSheaves
    if !occupancy.knowsObjectsOnCPUs { unknownFigures.insert(.objectsInMagazines) }
    var (full, partial, empty, onCPUs, freeOnNodes) = (0, 0, 0, 0, 0)
    for group in occupancy.groups {
      slabs += group.slabs
      slabsByOrder[min(group.order, 10)] += group.slabs
      let slabBytes = pageBytes << group.order
      self.slabBytes += group.slabs * slabBytes
      let isEmpty = group.objectsInUse == 0
      switch group.list {
      case .node where isEmpty: empty += group.slabs
      case .node:
        partial += group.slabs
        freeOnNodes += group.freeObjects
      case .cpuPartial, .cpu:
        onCPUs += group.slabs
        objectsInMagazines += group.freeObjects
      case .full: full += group.slabs
      }
      if group.order < preferredOrder { orderFallbacks += group.slabs }
      if group.list != .node || !isEmpty { tailBytes += group.slabs * (slabBytes - group.objects * stride) }
    }
    // The figures that require the lists stay nil.
    guard occupancy.isComplete else { return }
    (fullSlabs, partialSlabs, emptySlabs, slabsOnCPUs) = (full, partial, empty, onCPUs)
    freeBytesInPartialSlabs = freeOnNodes * stride
    slabsByOccupancy = occupancy.slabsByOccupancy
    self.occupancy = occupancy
  }
}

extension ByteLedger {
  /// Adds the slabs of a kernel's cache, each byte to one part. The requested bytes are not known, so all bytes of live
  /// objects count as payload.
  package mutating func add(_ cache: CacheSnapshot) {
    // An out-of-memory report has bytes instead of objects.
    let live = cache.activeBytes ?? cache.activeObjects * cache.objectSize
    let metadata = cache.activeObjects * max(0, cache.stride - cache.objectSize)
    // In slabinfo, free objects in per-CPU caches count as active objects, so they are already in `live`.
    let onCPUs = cache.occupancy == nil ? 0 : cache.objectsInMagazines * cache.stride
    // The remaining bytes are those of empty slabs; the remainder may be negative if a list changed while it was read.
    let free =
      cache.activeBytes.map { max(0, cache.slabBytes - $0) }
      ?? max(0, cache.totalObjects - cache.activeObjects) * cache.stride
    let partial = cache.freeBytesInPartialSlabs ?? free
    self[.livePayload] += live
    self[.alignmentAndMetadata] += metadata
    self[.freeInMagazines] += onCPUs
    self[.freeInPartialSlabs] += partial
    self[.slabTail] += cache.tailBytes
    self[.emptySlabs] += max(0, cache.slabBytes - live - metadata - onCPUs - partial - cache.tailBytes)
  }
  /// Marks the parts that a kernel does not tell apart, after the caches were added: rounding counts as payload. /proc/slabinfo
  /// does not tell empty from partial slabs nor free objects in per-CPU caches from live ones; a walk of the slab lists does.
  package mutating func markPartsUnknownToKernel(_ caches: [CacheSnapshot]) {
    var unknown: [Part] = [.rounding, .pageHog]
    if !caches.contains(where: { $0.occupancy != nil }) {
      unknown += [.freeInMagazines, .alignmentAndMetadata]
      if !caches.contains(where: { $0.emptySlabs != nil }) { unknown.append(.emptySlabs) }
    }
    if caches.contains(where: { !$0.knows(.tailBytes) }) { unknown.append(.slabTail) }
    for part in unknown where self[part] == 0 { self[known: part] = nil }
  }
}
