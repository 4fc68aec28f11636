import Recordings

/// The caches before the first event.
extension SLUBPlayer {
  /// Makes the caches that the source's events may use, and fills them as they were before the first event.
  /// - Parameter symbols: the source's strings: a cache whose name is not among them has no events. kmalloc's normal
  ///   caches may have events without a name.
  mutating func layOut(_ start: StartingState, symbols: Set<String>) {
    table.setRecorded(start)
    var caches: [StartingState.Cache] = []
    for cache in start.caches {
      let kind = KmallocKind.parse(cache.name)
      guard symbols.contains(cache.name) || kind?.kind == .normal else { continue }
      let served = kind.map { serve(cache, $0.kind, bytes: $0.bytes) } ?? cache
      guard let served else { continue }
      // Several of the kernel's classes may be one of the policy's.
      if let index = caches.firstIndex(where: { $0.name == served.name }) {
        caches[index].join(served)
      } else {
        caches.append(served)
      }
    }
    for cache in caches { fill(cache) }
  }

  private mutating func fill(_ cache: StartingState.Cache) {
    let kind = KmallocKind.parse(cache.name)
    let layout = table.layout(
      cache.name, objectSize: kind?.bytes ?? cache.stride, stride: cache.stride, parameters: model.parameters)
    let number = table.add(layout, flags: SLUBCacheFlags.ofCache(named: cache.name), model: &model)
    makeCacheRecords(upTo: Int(number))
    let untuned = table.layout(
      cache.name, objectSize: layout.objectSize, stride: cache.stride, parameters: model.parameters, isTuned: false)
    // Where slabs lie follows from the parameters that the kernel had, not from those that are tried.
    var own = untuned
    if own.order != cache.order { own.setOrder(cache.order) }
    var groups =
      cache.arrangedOccupancy(random: &random) ?? cache.estimatedOccupancy(own, cpus: model.cpuCount, random: &random)
    if own.order != layout.order { groups = groups.laidOut(from: own, to: untuned) }
    var slabs = model.layOut(groups, of: number)
    if layout.cpuPartialSlabs != untuned.cpuPartialSlabs { model.flushCPUs(of: number) }
    if let objects = cache.objectsInSheaves {
      model.fillSheaves(of: number, with: objects, from: &slabs)
    } else {
      model.fillSheaves(of: number, from: &slabs)
    }
    residents[Int(number)] = ResidentObjects(slabs, clustering: groups.shareOfFullSlabs)
    (startingLive[Int(number)], startingActive[Int(number)]) = (slabs.count, cache.activeObjects)
  }

  /// What a kmalloc cache of the kernel is under the policy's classes: as many objects, in use and free, of the class that
  /// serves its size. nil if the page allocator does.
  private func serve(_ cache: StartingState.Cache, _ kind: KmallocKind, bytes: Int) -> StartingState.Cache? {
    guard let size = table.classSize(for: bytes) else { return nil }
    let layout = table.layout(
      kind.cacheName(bytes: size), objectSize: size, stride: size, parameters: model.parameters)
    guard size != cache.stride else { return cache }
    let objects = layout.objectsPerSlab
    let slabs = (cache.totalObjects + objects - 1) / objects
    let free = min(cache.totalObjects - cache.activeObjects, slabs * objects)
    return StartingState.Cache(
      name: layout.name, stride: size, order: layout.order, objectsPerSlab: objects,
      activeObjects: slabs * objects - free, totalObjects: slabs * objects, slabs: slabs)
  }
}

extension [StartingState.SlabGroup] {
  /// The share of slabs that are full.
  fileprivate var shareOfFullSlabs: Double {
    let all = reduce(0) { $0 + $1.count }
    let full = reduce(0) { $0 + ($1.place == .full ? $1.count : 0) }
    return all > 0 ? Double(full) / Double(all) : 0
  }
}

extension StartingState.Cache {
  /// Adds the objects of another cache of the same name. Where its slabs lie is no longer known exactly.
  fileprivate mutating func join(_ other: StartingState.Cache) {
    activeObjects += other.activeObjects
    totalObjects += other.totalObjects
    // Whole slabs of this cache: the other's may be of another order.
    slabs = (totalObjects + objectsPerSlab - 1) / objectsPerSlab
    activeObjects += slabs * objectsPerSlab - totalObjects
    totalObjects = slabs * objectsPerSlab
    (occupancy, lists, objectsInSheaves) = (nil, nil, nil)
  }
}
