import SlabEngine

/// Objects that lived before a recording began: what the kernel's caches held, so that a replay finds the same room in
/// partial slabs. Their owners and their times of allocation are not known.
struct PlayerResidents {
  private var objects: [String: [UnsafeMutableRawPointer]] = [:]
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Fills a cache as the kernel's slabs were: allocates the objects that all slabs have room for, in the order of
  /// addresses, and frees as many of each slab's share as were free in it, chosen at random. Fewer if memory is exhausted.
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
      var share = Array(all[min(next, all.count)..<min(next + objects, all.count)])
      next += objects
      share.shuffle(using: &random)
      for object in share.dropFirst(inUse) { free(object) }
      live += share.prefix(inUse)
    }
    for object in all.dropFirst(next) { free(object) }
    live.shuffle(using: &random)
    objects[population.name] = live
  }

  /// One of a cache's, which is then no longer among them.
  mutating func take(_ name: String) -> UnsafeMutableRawPointer? { objects[name]?.popLast() }

  var isEmpty: Bool { objects.isEmpty }
}
