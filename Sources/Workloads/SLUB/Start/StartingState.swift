/// State of the kernel's caches before the first event of a recording: sums from the last sample of /proc/slabinfo before it,
/// or the occupancy of every slab if the recording has it.
package struct StartingState: Sendable, Hashable {
  /// State of one cache.
  package struct Cache: Sendable, Hashable {
    /// Name of the cache in /proc/slabinfo.
    package var name: String
    /// Bytes from the start of an object to the start of the next.
    package var stride: Int
    /// Page order of the slabs.
    package var order: Int
    /// Number of objects in a slab.
    package var objectsPerSlab: Int
    /// `active_objs`: number of all objects except the free ones in slabs on the node partial list.
    package var activeObjects: Int
    /// `num_objs`: number of objects, in use and free, in all slabs.
    package var totalObjects: Int
    /// Number of slabs.
    package var slabs: Int
    /// Location and objects in use of every slab; nil if unknown.
    package var occupancy: [SlabGroup]?
    /// Lengths of the lists; nil if unknown.
    package var lists: SlabLists?
    /// Whether the groups of the node partial list are in the order of the list. If not, the order of the slabs is random.
    package var isNodeOrderKnown = true
    /// Number of objects in sheaves, which count as in use in their slabs; nil if unknown.
    package var objectsInSheaves: Int?
    /// Parameters that the kernel reported; nil to compute them by SLUB's formulas.
    package var layout: SLUBCacheLayout?
    /// Number of other caches that SLUB has merged into this one; nil if unknown.
    package var mergedCaches: Int?

    /// Creates the state of a cache of which only sums are known.
    package init(
      name: String, stride: Int, order: Int, objectsPerSlab: Int, activeObjects: Int, totalObjects: Int, slabs: Int
    ) {
      self.name = name
      (self.stride, self.order, self.objectsPerSlab) = (stride, order, objectsPerSlab)
      (self.activeObjects, self.totalObjects, self.slabs) = (activeObjects, totalObjects, slabs)
    }
  }

  /// Lengths of the lists of a cache.
  package struct SlabLists: Sendable, Hashable {
    /// Number of slabs on the node partial list.
    package var node: Int
    /// Number of objects in use in the slabs on the node partial list.
    package var objectsOnNode: Int
    /// Number of CPUs with a CPU slab.
    package var cpuSlabs: Int
    /// Number of slabs on each per-CPU partial list, indexed by CPU.
    package var cpuPartial: [Int]

    /// Creates lengths of lists.
    package init(node: Int, objectsOnNode: Int, cpuSlabs: Int, cpuPartial: [Int]) {
      (self.node, self.objectsOnNode, self.cpuSlabs, self.cpuPartial) = (node, objectsOnNode, cpuSlabs, cpuPartial)
    }
  }

  /// Group of slabs of a cache at the same location with the same number of objects in use.
  package struct SlabGroup: Sendable, Hashable {
    /// List that contains a slab, or its state if no list contains it.
    package enum Location: Sendable, Hashable {
      /// On the node partial list. Groups are in the order of the list, head first.
      case node
      /// The CPU slab of a CPU.
      case cpuSlab(cpu: Int)
      /// On the partial list of a CPU. Groups are in the order in which the CPU will use them.
      case cpuPartial(cpu: Int)
      /// On no list: every object is in use.
      case full
    }

    /// Location of each slab.
    package var location: Location
    /// Number of objects in use in each slab.
    package var objectsInUse: Int
    /// Number of slabs.
    package var count: Int
    /// Page order of slabs that were allocated with a fallback order; nil for the preferred order of the cache.
    package var fallbackOrder: Int?

    /// Creates a group.
    package init(_ location: Location, objectsInUse: Int, count: Int = 1, fallbackOrder: Int? = nil) {
      (self.location, self.objectsInUse, self.count) = (location, objectsInUse, count)
      self.fallbackOrder = fallbackOrder
    }
  }

  /// States of the caches. Each name occurs once.
  package var caches: [Cache]

  /// Whether the kmalloc caches of all types of a size are combined under the name of the normal cache, because the events or
  /// the samples do not distinguish them.
  package var combinesKmallocKinds: Bool

  /// Variant of SLUB of the recorded kernel.
  package var variant = SLUBParameters.Variant.cpuSlabs

  /// Returns the number of CPUs of the recorded kernel, whose events may come from fewer CPUs: the number for which SLUB's
  /// formula gives the page orders of the most caches.
  /// - Parameter cpus: Number of CPUs with events. It is preferred if no other number explains more page orders.
  func cpuCountFromOrders(default cpus: Int) -> Int {
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

  /// Creates a starting state. A state without caches is a machine without slabs.
  package init(caches: [Cache] = [], combinesKmallocKinds: Bool = false) {
    self.caches = caches
    self.combinesKmallocKinds = combinesKmallocKinds
  }
}
