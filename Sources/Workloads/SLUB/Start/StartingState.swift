/// What the kernel's caches held before the first event of a recording: from its last sample of /proc/slabinfo before that,
/// or exactly, from a kernel that says which slab has how many objects in use.
public struct StartingState: Sendable, Hashable {
  /// One cache.
  public struct Cache: Sendable, Hashable {
    /// The cache's name, as /proc/slabinfo has it.
    public var name: String
    /// Bytes from one object to the next.
    public var stride: Int
    /// The page order of its slabs.
    public var order: Int
    /// Objects that a slab holds.
    public var objectsPerSlab: Int
    /// All objects but those free in slabs of the node partial list.
    public var activeObjects: Int
    /// Objects that all slabs hold room for.
    public var totalObjects: Int
    /// Slabs.
    public var slabs: Int
    /// Every slab's place and objects in use; nil if only sums are known.
    public var occupancy: [SlabGroup]?
    /// Slabs by list; nil if that is not known.
    public var lists: SlabLists?
    /// Whether the groups of the node partial list are in the list's order. If not, a seed decides the order of the slabs.
    public var isNodeOrderKnown = true
    /// Free objects in sheaves, which count as in use in their slabs; nil if that is not known.
    public var objectsInSheaves: Int?
    /// The parameters that the kernel reported; nil if they follow from SLUB's formulas.
    public var layout: SLUBCacheLayout?
    /// Other caches that SLUB has merged into this one, by the kernel's count; nil if that is not known.
    public var mergedCaches: Int?

    /// A cache of which only sums are known.
    public init(
      name: String, stride: Int, order: Int, objectsPerSlab: Int, activeObjects: Int, totalObjects: Int, slabs: Int
    ) {
      self.name = name
      (self.stride, self.order, self.objectsPerSlab) = (stride, order, objectsPerSlab)
      (self.activeObjects, self.totalObjects, self.slabs) = (activeObjects, totalObjects, slabs)
    }
  }

  /// How many slabs of a cache are on which list.
  public struct SlabLists: Sendable, Hashable {
    /// Slabs on the node partial list.
    public var node: Int
    /// Objects in use in those.
    public var objectsOnNode: Int
    /// CPUs that have a slab to allocate from.
    public var cpuSlabs: Int
    /// Slabs on each CPU's partial list, by number of the CPU.
    public var cpuPartial: [Int]

    /// Lists with every figure given.
    public init(node: Int, objectsOnNode: Int, cpuSlabs: Int, cpuPartial: [Int]) {
      (self.node, self.objectsOnNode, self.cpuSlabs, self.cpuPartial) = (node, objectsOnNode, cpuSlabs, cpuPartial)
    }
  }

  /// Slabs of a cache that are on the same list and have the same number of objects in use.
  public struct SlabGroup: Sendable, Hashable {
    /// The list that a slab is on.
    public enum Place: Sendable, Hashable {
      /// The node partial list; groups are in the list's order, head first.
      case node
      /// The slab that a CPU allocates from.
      case cpuSlab(cpu: Int)
      /// A CPU's partial list; groups are in the order in which the CPU will use them.
      case cpuPartial(cpu: Int)
      /// On no list: every object is in use.
      case full
    }

    /// The list.
    public var place: Place
    /// Objects in use of each slab.
    public var objectsInUse: Int
    /// Slabs.
    public var count: Int
    /// The page order of slabs for which the page allocator had no block of the cache's order; nil for that order.
    public var fallbackOrder: Int?

    /// A group with every figure given.
    public init(_ place: Place, objectsInUse: Int, count: Int = 1, fallbackOrder: Int? = nil) {
      (self.place, self.objectsInUse, self.count) = (place, objectsInUse, count)
      self.fallbackOrder = fallbackOrder
    }
  }

  /// The caches, each name once.
  public var caches: [Cache]

  /// Whether a size's kmalloc caches are taken together under the name of the normal one, because events or samples don't
  /// tell them apart.
  public var joinsKmallocKinds: Bool

  /// The version of SLUB of the kernel that the caches' parameters are from.
  public var variant = SLUBParameters.Variant.cpuSlabs

  /// The number of CPUs for which SLUB's formula gives the page orders of the most caches: that of the recorded kernel, whose
  /// events may come from fewer.
  /// - Parameter cpus: the number of CPUs that events came from, which is taken if another explains no more orders.
  func cpusOfOrders(besides cpus: Int) -> Int {
    let parameters = SLUBParameters(variant: variant)
    func explained(_ cpus: Int) -> Int {
      caches.reduce(0) { $0 + (parameters.order(stride: max(8, $1.stride), cpus: cpus) == $1.order ? 1 : 0) }
    }
    // The formula depends on the binary logarithm only.
    return (0...12).map { 1 << $0 }.reduce((cpus, explained(cpus))) { best, cpus in
      let count = explained(cpus)
      return count > best.1 ? (cpus, count) : best
    }.0
  }

  /// A state of these caches; none for an empty machine.
  public init(caches: [Cache] = [], joinsKmallocKinds: Bool = false) {
    self.caches = caches
    self.joinsKmallocKinds = joinsKmallocKinds
  }
}
