import Recordings
package import SlabEngine

/// Objects that were live before a recording began.
extension Player {
  /// Fills a cache of the engine as the kernel's cache was filled when the recording began, before the first event is played: with as
  /// many slabs, and as much free room in each. A free in this cache whose allocation was not recorded then frees one of its objects.
  /// - Returns: the cache of the engine; nil for a general cache.
  /// - Throws: `EngineError` if the cache cannot be created.
  @discardableResult
  package mutating func populate(_ population: Population) throws -> SlabCache? {
    let cpu = engine.cpu(0)
    if population.isGeneral {
      fill(population, allocate: { Player.allocate(cpu, bytes: population.objectSize) })
      return nil
    }
    let cache = try caches.makeInAdvance(
      population.name, objectSize: population.objectSize, stride: population.stride, engine: engine)
    fill(population, allocate: { Player.allocate(cpu, from: cache) })
    return cache
  }

  /// Fills the engine as the kernel's caches were filled before the first event: with as many objects, and as much free room including
  /// empty slabs, as the model of SLUB starts with. Free room that the policy does not retain is returned while events are played. The
  /// kernel's kmalloc caches of one size and several kinds are one general cache.
  /// - Parameters:
  ///   - start: the kernel's caches before the first event.
  ///   - symbols: the strings of the source; caches whose names are not among them have no events.
  ///   - cpus: number of CPUs of the source.
  ///   - seed: seed of the choice of live objects, the same as for a player on the model.
  /// - Throws: `EngineError` if a cache cannot be created.
  package mutating func populate(_ start: StartingState, symbols: [String], cpus: Int, seed: UInt64) throws {
    let names = Set(symbols)
    var random = SplitMix64(seed: seed)
    var general: [Int: Population] = [:]
    var populated: [(cache: SlabCache, slabBytes: Int)] = []
    for cache in start.caches {
      let kind = KmallocKind.parse(cache.name)
      guard names.contains(cache.name) || kind?.kind == .normal else { continue }
      let layout = SLUBCacheLayout(
        name: cache.name, objectSize: cache.stride, stride: cache.stride, parameters: SLUBParameters(), cpus: cpus)
      let groups = cache.occupancy ?? cache.estimatedOccupancy(layout, cpus: cpus, random: &random)
      let population = Population(
        name: cache.name, objectSize: kind?.bytes ?? cache.stride, stride: cache.stride,
        slabs: groups.map { group in
          Population.Slabs(
            objects: cache.objectsPerSlab, inUse: min(max(0, group.objectsInUse), cache.objectsPerSlab),
            count: group.count)
        }, isGeneral: kind != nil,
        slabBytes: groups.reduce(0) { $0 + $1.count << (12 + ($1.fallbackOrder ?? cache.order)) })
      guard let kind else {
        if let made = try populate(population) { populated.append((made, population.slabBytes)) }
        continue
      }
      general[
        kind.bytes,
        default: Population(
          name: KmallocKind.normal.cacheName(bytes: kind.bytes), objectSize: kind.bytes, stride: kind.bytes,
          slabs: [], isGeneral: true)
      ].add(population)
    }
    for (size, population) in general.sorted(by: { $0.key < $1.key }) {
      try populate(population)
      if let cache = generalCache(forBytes: size) { populated.append((cache, population.slabBytes)) }
    }
    // Depots return objects that were not used in an interval. The first interval ends here, so that no free room stays in them.
    engine.reap()
    while engine.reap() > 0 {}
    addEmptySlabs(populated)
  }

  /// Adds empty slabs until all caches together have the slab memory of the kernel's caches, to the pools that have less slab memory than
  /// the kernel's caches that they serve.
  private func addEmptySlabs(_ populated: [(cache: SlabCache, slabBytes: Int)]) {
    var byPool: [String: (cache: SlabCache, slabBytes: Int)] = [:]
    for (cache, bytes) in populated {
      let sharer = engine.sharers(of: cache).first ?? cache
      byPool[sharer.name, default: (sharer, 0)].slabBytes += bytes
    }
    var missing =
      populated.reduce(0) { $0 + $1.slabBytes } - engine.sample().caches.reduce(0) { $0 + $1.slabBytes }
    for (_, entry) in byPool.sorted(by: { $0.key < $1.key }) where missing > 0 {
      missing -= engine.addEmptySlabs(to: entry.cache, upToBytes: entry.slabBytes, limit: missing)
    }
  }

  /// Returns the general cache that serves requests of a size; nil if the page allocator serves them.
  private func generalCache(forBytes bytes: Int) -> SlabCache? {
    guard let size = engine.generalCacheSizes.first(where: { $0 >= bytes }) else { return nil }
    return engine.cache(named: KmallocKind.normal.cacheName(bytes: size))
  }

  /// Returns the name of a recorded cache among `residents`, where kmalloc caches of one size and several kinds are one cache.
  static func residentCacheName(_ cache: String) -> String {
    KmallocKind.parse(cache).map { KmallocKind.normal.cacheName(bytes: $0.bytes) } ?? cache
  }

  /// Fills a cache with objects that `allocate` allocates from it.
  private mutating func fill(_ population: Population, allocate: () -> UnsafeMutableRawPointer?) {
    let cpu = cpus[0]
    residents.fill(population, allocate) { object in
      #if Capture
        cpu.free(object, site: .unknown)
      #else
        cpu.free(object)
      #endif
    }
    cpu.drain()
  }

  private static func allocate(_ cpu: EngineCPU, bytes: Int) -> UnsafeMutableRawPointer? {
    #if Capture
      cpu.allocate(bytes: bytes, site: .unknown)
    #else
      cpu.allocate(bytes: bytes)
    #endif
  }

  private static func allocate(_ cpu: EngineCPU, from cache: SlabCache) -> UnsafeMutableRawPointer? {
    #if Capture
      cpu.allocate(from: cache, site: .unknown)
    #else
      cpu.allocate(from: cache)
    #endif
  }
}
