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
