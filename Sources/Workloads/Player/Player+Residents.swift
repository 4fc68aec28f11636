import Recordings
public import SlabEngine

extension Player {
  /// What a cache held before a recording began.
  public struct Population: Sendable, Hashable {
    /// The cache's name; a general cache is named by its size alone.
    public var name: String
    /// Bytes of an object.
    public var objectSize: Int
    /// Bytes from one object to the next.
    public var stride: Int
    /// Its slabs.
    public var slabs: [Slabs]
    /// Whether it serves kmalloc.
    public var isGeneral: Bool
    /// Bytes of the kernel's slabs, empty ones included.
    public var slabBytes: Int

    /// Slabs with room for the same number of objects and the same number of them in use.
    public struct Slabs: Sendable, Hashable {
      /// Objects that a slab has room for.
      public var objects: Int
      /// Objects in use of each slab.
      public var inUse: Int
      /// Slabs.
      public var count: Int

      /// Slabs with every figure given.
      public init(objects: Int, inUse: Int, count: Int) {
        (self.objects, self.inUse, self.count) = (objects, inUse, count)
      }
    }

    /// Objects that all slabs had room for.
    public var total: Int { slabs.reduce(0) { $0 + $1.objects * $1.count } }

    /// A population with every figure given.
    public init(name: String, objectSize: Int, stride: Int, slabs: [Slabs], isGeneral: Bool, slabBytes: Int = 0) {
      (self.name, self.objectSize, self.stride) = (name, objectSize, stride)
      (self.slabs, self.isGeneral, self.slabBytes) = (slabs, isGeneral, slabBytes)
    }
  }

  /// Puts objects into the engine that the kernel held when the recording began, before the first event is played: as
  /// many slabs' worth, with as much free room in each. Frees that name such a cache and have no object
  /// in the recording then free one of them.
  /// - Returns: the engine's cache.
  /// - Throws: `EngineError` when the cache can't be made.
  @discardableResult
  public mutating func populate(_ population: Population) throws -> SlabCache? {
    let cpu = engine.cpu(0)
    if population.isGeneral {
      fill(population, allocate: { Player.allocate(cpu, bytes: population.objectSize) })
      return nil
    }
    let cache = try makeAhead(population)
    fill(population, allocate: { Player.allocate(cpu, from: cache) })
    return cache
  }

  /// Puts the objects into the engine that the kernel's caches held before the first event: as many residents, and as much
  /// free room, empty slabs included, as the model of SLUB begins with: what the policy does not retain, the engine returns
  /// once events are played. kmalloc's kinds of one size are one general cache here.
  /// - Parameters:
  ///   - symbols: the source's strings: caches whose names are not among them have no events.
  ///   - seed: as for the model's player.
  /// - Throws: `EngineError` when a cache can't be made.
  public mutating func populate(_ start: StartingState, symbols: [String], cpus: Int, seed: UInt64) throws {
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
    // Depots return what went unused in an interval, the first of which ends here: none of the free room stays in them.
    engine.reap()
    while engine.reap() > 0 {}
    addEmptySlabs(populated)
  }

  /// Adds the empty slabs that the kernel's caches had: as many bytes as all caches need to have as many bytes of slabs as the
  /// kernel's, in pools that have fewer than the kernel's caches that they serve.
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

  /// The general cache that serves requests of so many bytes; nil if the page allocator does.
  private func generalCache(forBytes bytes: Int) -> SlabCache? {
    guard let size = engine.generalCacheSizes.first(where: { $0 >= bytes }) else { return nil }
    return engine.cache(named: KmallocKind.normal.cacheName(bytes: size))
  }

  /// The name under which a recorded cache's residents are kept: kmalloc's kinds of one size are one cache here.
  static func residentsName(of cache: String) -> String {
    KmallocKind.parse(cache).map { KmallocKind.normal.cacheName(bytes: $0.bytes) } ?? cache
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

extension Player.Population {
  /// Adds the slabs of another kind of the same kmalloc size.
  fileprivate mutating func add(_ other: Player.Population) {
    slabs += other.slabs
    slabBytes += other.slabBytes
  }
}
