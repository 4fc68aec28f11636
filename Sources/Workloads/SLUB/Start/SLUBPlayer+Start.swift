import Recordings

/// Creation of the caches and slabs that exist before the first event.
extension SLUBPlayer {
  /// Creates the caches that the events may use, with their slabs before the first event.
  /// - Parameter symbols: Symbols of the source. A cache whose name is not among them has no events, except the normal kmalloc
  ///   caches, whose events may have no cache name.
  mutating func makeStartingCaches(_ start: StartingState, symbols: Set<String>) {
    table.useRecordedParameters(start)
    var caches: [StartingState.Cache] = []
    for cache in start.caches {
      let kind = KmallocKind.parse(cache.name)
      guard symbols.contains(cache.name) || kind?.kind == .normal else { continue }
      let converted = kind.map { convertToPolicyClass(cache, $0.kind, bytes: $0.bytes) } ?? cache
      guard let converted else { continue }
      // Several classes of the kernel may correspond to one class of the policy.
      if let index = caches.firstIndex(where: { $0.name == converted.name }) {
        caches[index].addObjects(of: converted)
      } else {
        caches.append(converted)
      }
    }
    for cache in caches { makeStartingCache(cache) }
  }

  private mutating func makeStartingCache(_ cache: StartingState.Cache) {
    let kind = KmallocKind.parse(cache.name)
    let layout = table.layout(
      cache.name, objectSize: kind?.bytes ?? cache.stride, stride: cache.stride, parameters: model.parameters)
    let number = table.add(layout, flags: SLUBCacheFlags.ofCache(named: cache.name), model: &model)
    addCacheRecords(upTo: Int(number))
    let untuned = table.layout(
      cache.name, objectSize: layout.objectSize, stride: cache.stride, parameters: model.parameters, isTuned: false)
    // The lists of the slabs depend on the parameters of the recorded kernel, not on those of the replay.
    var own = untuned
    if own.order != cache.order { own.setOrder(cache.order) }
    var groups =
      cache.occupancyInListOrder(random: &random)
      ?? cache.estimatedOccupancy(own, cpus: model.cpuCount, random: &random)
    if own.order != layout.order { groups = groups.rearranged(from: own, to: untuned) }
    var slabs = model.makeStartingSlabs(groups, of: number)
    if layout.cpuPartialSlabs != untuned.cpuPartialSlabs { model.flushAllCPUs(of: number) }
    if let objects = cache.objectsInSheaves {
      model.fillSheaves(of: number, with: objects, from: &slabs)
    } else {
      model.fillSheaves(of: number, from: &slabs)
    }
    residents[Int(number)] = ResidentObjects(slabs, clustering: groups.shareOfFullSlabs)
    (startingLiveObjects[Int(number)], startingActiveObjects[Int(number)]) = (slabs.count, cache.activeObjects)
  }

  /// Converts a kmalloc cache of the kernel to the policy's class that serves its size, with the same numbers of objects in use
  /// and free. Returns nil if the page allocator serves the size.
  private func convertToPolicyClass(_ cache: StartingState.Cache, _ kind: KmallocKind, bytes: Int) -> StartingState
    .Cache?
  {
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
  /// Share of the slabs that are full, from 0 to 1.
  fileprivate var shareOfFullSlabs: Double {
    let all = reduce(0) { $0 + $1.count }
    let full = reduce(0) { $0 + ($1.location == .full ? $1.count : 0) }
    return all > 0 ? Double(full) / Double(all) : 0
  }
}

extension StartingState.Cache {
  /// Adds the objects of another cache of the same name. The lists of the slabs are unknown afterwards.
  fileprivate mutating func addObjects(of other: StartingState.Cache) {
    activeObjects += other.activeObjects
    totalObjects += other.totalObjects
    // The slabs of the other cache may have another order: count whole slabs of this cache.
    slabs = (totalObjects + objectsPerSlab - 1) / objectsPerSlab
    activeObjects += slabs * objectsPerSlab - totalObjects
    totalObjects = slabs * objectsPerSlab
    (occupancy, lists, objectsInSheaves) = (nil, nil, nil)
  }
}
