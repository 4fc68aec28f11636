import Recordings

/// The caches before the first event.
extension SLUBPlayer {
  /// Makes the caches that the source's events may use, and fills them as they were before the first event.
  /// - Parameter symbols: the source's strings: a cache whose name is not among them has no events. kmalloc's caches
  ///   may have events without a name.
  mutating func layOut(_ start: StartingState, symbols: Set<String>) {
    for cache in start.caches {
      let size = KmallocClasses.size(named: cache.name)
      guard symbols.contains(cache.name) || size.map({ cache.name == KmallocClasses.name($0) }) == true else {
        continue
      }
      var layout = SLUBCacheLayout(
        name: cache.name, objectSize: size ?? cache.stride, stride: cache.stride,
        sheafCapacity: SLUBCacheLayout.requestedSheafCapacity(name: cache.name), parameters: model.parameters,
        cpus: model.cpuCount)
      layout.isGeneral = size != nil
      let number = table.add(layout, flags: SLUBCacheFlags.ofCache(named: cache.name), model: &model)
      makeCacheRecords(upTo: Int(number))
      let groups =
        cache.occupancy ?? cache.estimatedOccupancy(layout, cpus: model.cpuCount, random: &random)
      var slabs = model.layOut(groups, of: number)
      model.fillSheaves(of: number, from: &slabs)
      residents[Int(number)] = slabs
    }
  }
}
