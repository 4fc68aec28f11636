import Recordings

/// The caches before the first event.
extension SLUBPlayer {
  /// Makes the caches that the source's events may use, and fills them as they were before the first event.
  /// - Parameter symbols: the source's strings: a cache whose name is not among them has no events. kmalloc's caches
  ///   may have events without a name.
  mutating func layOut(_ start: StartingState, symbols: Set<String>) {
    for cache in start.caches {
      let kind = KmallocKind.parse(cache.name)
      guard symbols.contains(cache.name) || kind?.kind == .normal else { continue }
      if let kind, !table.hasClass(kind.bytes) {
        allocateResidents(of: cache, kind.kind, bytes: kind.bytes)
        continue
      }
      var layout = SLUBCacheLayout(
        name: cache.name, objectSize: kind?.bytes ?? cache.stride, stride: cache.stride,
        sheafCapacity: SLUBCacheLayout.requestedSheafCapacity(name: cache.name), parameters: model.parameters,
        cpus: model.cpuCount)
      layout.isGeneral = kind != nil
      let number = table.add(layout, flags: SLUBCacheFlags.ofCache(named: cache.name), model: &model)
      makeCacheRecords(upTo: Int(number))
      let groups =
        cache.occupancy ?? cache.estimatedOccupancy(layout, cpus: model.cpuCount, random: &random)
      var slabs = model.layOut(groups, of: number)
      model.fillSheaves(of: number, from: &slabs)
      residents[Int(number)] = slabs
    }
  }
  /// Allocates the residents of a size that is no class of the policy from the class that serves it. The free room that the
  /// kernel had in slabs of that size has no counterpart.
  private mutating func allocateResidents(of cache: StartingState.Cache, _ kind: KmallocKind, bytes: Int) {
    let layout = SLUBCacheLayout(
      name: cache.name, objectSize: bytes, stride: bytes, parameters: model.parameters, cpus: model.cpuCount)
    let groups = cache.occupancy ?? cache.estimatedOccupancy(layout, cpus: model.cpuCount, random: &random)
    let live = groups.reduce(0) { $0 + $1.objectsInUse * $1.count }
    guard let number = table.generalIfServed(kind, bytes: bytes, model: &model) else { return }
    makeCacheRecords(upTo: Int(number))
    for _ in 0..<live {
      let slab = model.allocate(from: number, on: 0)
      guard slab >= 0 else { return }
      residents[Int(number)].append(slab)
    }
  }
}
