import SlabEngine

/// Objects that were live before a recording began, so that a replay finds the same free room in partial slabs as the kernel did. Their
/// call sites and times of allocation are not known.
struct PlayerResidents {
  /// Live objects by name of their cache.
  private var objects: [String: [UnsafeMutableRawPointer]] = [:]
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Fills a cache as the kernel's slabs were filled: allocates as many objects as fit in all slabs, sorts them by address, and frees as
  /// many of each slab's objects, chosen at random, as were free in the kernel's slab. Fewer if memory is exhausted.
  mutating func fill(
    _ population: Player.Population, _ allocate: () -> UnsafeMutableRawPointer?,
    free: (UnsafeMutableRawPointer) -> Void
  ) {
    var all: [UnsafeMutableRawPointer] = []
    all.reserveCapacity(population.total)
    while all.count < population.total, let object = allocate() { all.append(object) }
    all.sort()
    var slabs = population.slabs.flatMap { repeatElement(($0.objects, $0.inUse), count: $0.count) }
    slabs.shuffle(using: &random)
    var (live, next) = ([UnsafeMutableRawPointer](), 0)
    for (objects, inUse) in slabs {
      var objectsOfSlab = Array(all[min(next, all.count)..<min(next + objects, all.count)])
      next += objects
      objectsOfSlab.shuffle(using: &random)
      for object in objectsOfSlab.dropFirst(inUse) { free(object) }
      live += objectsOfSlab.prefix(inUse)
    }
    for object in all.dropFirst(next) { free(object) }
    live.shuffle(using: &random)
    objects[population.name] = live
  }

  /// Removes an object of a cache and returns it; nil if the cache has none left.
  mutating func removeObject(of cache: String) -> UnsafeMutableRawPointer? { objects[cache]?.popLast() }

  /// Whether no cache was filled.
  var isEmpty: Bool { objects.isEmpty }
}
