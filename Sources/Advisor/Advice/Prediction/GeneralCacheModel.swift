import Glibc

/// Model of the slabs of one general cache, from counts of objects instead of the contents of each slab.
///
/// An *arena* is the part of a cache that allocates from slabs of its own:
///
/// - In SLUB with CPU slabs, each CPU is an arena: its CPU slab and its partial list. If more of its slabs are empty than fit, the
///   list moves to the node, which retains `min_partial` empty slabs.
/// - In SLUB with sheaves and in the engine, all CPUs allocate from the same slabs, and the cache is one arena. Each CPU that uses the
///   cache also has free objects in sheaves or magazines, which count like live ones.
///
/// A growing arena is packed: it takes a slab only if its slabs have no free object. A shrinking arena is not: live objects pin their
/// slabs. Objects that were allocated one after the other are neighbours, so that the live objects form *runs*. The runs are assumed
/// to lie at random in the slabs; slabs that no run touches are empty.
struct GeneralCacheModel: Sendable {
  /// Figures of a cache that do not change.
  struct Layout: Sendable, Hashable {
    /// Bytes of a slab.
    var slabBytes: Int
    /// Number of objects in a slab.
    var objectsPerSlab: Int
    /// Whether each CPU is an arena.
    var hasArenaForEachCPU: Bool
    /// Largest number of empty slabs that an arena retains.
    var retainedByArena: Int
    /// Number of empty slabs that an arena keeps when it returns empty slabs to the cache.
    var keptByArena: Int
    /// Largest number of empty slabs that the cache retains outside its arenas.
    var retainedByCache: Int
    /// Share (0...1) of the slabs by which the cache has shrunk since its peak that it retains besides.
    var retainedShare: Double
    /// Number of free objects that a CPU has in sheaves or magazines, once it uses the cache.
    var objectsOnCPU: Int
    /// Largest number of slabs that an arena takes from the cache at once.
    var slabsTakenAtOnce: Int
  }

  /// Part of a cache that allocates from slabs of its own.
  private struct Arena: BitwiseCopyable {
    /// Live objects that were allocated from the arena's slabs, and free ones in sheaves or magazines.
    var objects = 0
    /// Number of runs of live objects, each allocated one after the other.
    var runs = 0
    /// Number of live and free objects in the arena's slabs.
    var slots = 0
    /// Number of empty slabs that went back to the cache since the arena took a slab.
    var returnedSlabs = 0
    /// Number of allocations.
    var allocations: UInt32 = 0
    /// The object that was allocated last.
    var last = ModelledObject.none
  }

  private let layout: Layout
  private var arenas: [Arena]
  /// Whether each CPU has used the cache.
  private var isUsed: [Bool]
  /// Empty slabs that belong to no arena.
  private var emptySlabs = 0
  /// Slabs that were allocated, minus those that were returned to the page allocator.
  private(set) var slabs = 0
  private var peakSlabs = 0

  /// Bytes of the slabs.
  var slabBytes: Int { slabs * layout.slabBytes }

  /// Creates the model of a cache without live objects.
  /// - Parameter emptySlabs: Number of empty slabs that the cache has already. They do not count as allocated.
  init(_ layout: Layout, cpus: Int, emptySlabs: Int = 0) {
    (self.layout, self.emptySlabs) = (layout, emptySlabs)
    arenas = Array(repeating: Arena(), count: layout.hasArenaForEachCPU ? cpus : 1)
    isUsed = Array(repeating: false, count: cpus)
  }

  /// Index of the arena from which a CPU allocates.
  private func arena(of cpu: Int) -> Int { layout.hasArenaForEachCPU ? cpu : 0 }

  /// Returns the number of allocations of a CPU's arena.
  func allocations(of cpu: Int) -> UInt32 { arenas[arena(of: cpu)].allocations }

  /// Returns the object that a CPU's arena allocated last.
  func lastObject(of cpu: Int) -> ModelledObject { arenas[arena(of: cpu)].last }

  /// Counts an object that a CPU allocates.
  /// - Parameter isAfterLive: Whether the object that the CPU's arena allocated before it is live.
  mutating func allocate(_ object: ModelledObject, on cpu: Int, isAfterLive: Bool) {
    let arena = arena(of: cpu)
    arenas[arena].last = object
    arenas[arena].allocations &+= 1
    arenas[arena].objects += 1
    arenas[arena].runs += isAfterLive ? 0 : 1
    if !isUsed[cpu] {
      isUsed[cpu] = true
      arenas[arena].objects += layout.objectsOnCPU
    }
    while arenas[arena].objects > arenas[arena].slots { addSlab(to: arena) }
  }

  /// Takes empty slabs of the cache for an arena; allocates a slab if the cache has none.
  private mutating func addSlab(to arena: Int) {
    arenas[arena].returnedSlabs = 0
    if emptySlabs > 0 {
      let taken = min(emptySlabs, layout.slabsTakenAtOnce)
      emptySlabs -= taken
      arenas[arena].slots += taken * layout.objectsPerSlab
    } else {
      slabs += 1
      peakSlabs = max(peakSlabs, slabs)
      arenas[arena].slots += layout.objectsPerSlab
    }
  }

  /// Counts the free of an object.
  /// - Parameters:
  ///   - cpu: CPU that allocated the object.
  ///   - freeingCPU: CPU that frees it.
  ///   - age: Number of objects that the arena of the allocating CPU has allocated since.
  ///   - liveNeighbours: Number of live objects among the two that the arena allocated before and after it.
  mutating func free(allocatedOn cpu: Int, freedOn freeingCPU: Int, age: UInt32, liveNeighbours: Int) {
    var arena = arena(of: cpu)
    arenas[arena].objects -= 1
    arenas[arena].runs += liveNeighbours - 1
    // A slab from which no CPU allocates any more goes to the CPU that frees one of its objects.
    if layout.hasArenaForEachCPU, freeingCPU != cpu, age >= layout.objectsPerSlab {
      arenas[arena].slots -= 1
      arena = freeingCPU
      arenas[arena].slots += 1
    }
    let empty = emptySlabs(of: arenas[arena])
    guard empty > layout.retainedByArena else { return }
    let moved = empty - min(empty, layout.keptByArena)
    arenas[arena].slots -= moved * layout.objectsPerSlab
    arenas[arena].returnedSlabs += moved
    emptySlabs += moved
    let limit = layout.retainedByCache + Int(layout.retainedShare * Double(peakSlabs - slabs + emptySlabs))
    guard emptySlabs > limit else { return }
    slabs -= emptySlabs - limit
    emptySlabs = limit
  }

  /// Returns the expected number of empty slabs of an arena.
  private func emptySlabs(of arena: Arena) -> Int {
    let packed = (arena.slots - arena.objects) / layout.objectsPerSlab
    guard packed > layout.retainedByArena, layout.objectsPerSlab > 1 else { return packed }
    // A run touches one slab, and a further one for each `objectsPerSlab` objects after the first, on average. The runs lie at random
    // in the slabs that the arena had when it last grew.
    let touches = Double(arena.runs) + Double(arena.objects - arena.runs) / Double(layout.objectsPerSlab)
    let slabs = Double(arena.slots) / Double(layout.objectsPerSlab) + Double(arena.returnedSlabs)
    return min(packed, Int(slabs * exp(-touches / slabs)) - arena.returnedSlabs)
  }
}

/// Object of a model: the slot of the source's event and the number of the allocation, which tells it from the slot's other objects.
struct ModelledObject: BitwiseCopyable {
  var slot: Int32
  var number: UInt32

  /// Stands for no object.
  static let none = ModelledObject(slot: -1, number: 0)
}
