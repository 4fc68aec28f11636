/// Slabs of a cache that are alike: on the same list, of the same page order, with the same number of objects in use.
package struct SlabGroup: Sendable, Hashable, Codable {
  /// The list that SLUB keeps a slab on (Linux, mm/slub.c).
  package enum List: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// The partial list of a NUMA node: slabs with free objects, and up to `min_partial` empty ones.
    case node = 0
    /// A CPU's partial list: slabs that the CPU allocates from next.
    case cpuPartial = 1
    /// The slab that a CPU allocates from.
    case cpu = 2
    /// No list: a full slab. SLUB does not keep track of those; their number is what is left of all slabs.
    case full = 3
  }

  /// The list.
  package var list: List
  /// The NUMA node of a partial list; 0 for the other lists.
  package var node: Int
  /// The page order of each slab.
  package var order: Int
  /// Objects that each slab has room for.
  package var objects: Int
  /// Objects of each slab that are live, or in a sheaf.
  package var objectsInUse: Int
  /// Number of slabs.
  package var slabs: Int

  /// A group with every figure given.
  package init(list: List, node: Int = 0, order: Int, objects: Int, objectsInUse: Int, slabs: Int) {
    (self.list, self.node, self.order) = (list, node, order)
    (self.objects, self.objectsInUse, self.slabs) = (objects, objectsInUse, slabs)
  }

  /// Free objects in all slabs of the group.
  package var freeObjects: Int { max(0, objects - objectsInUse) * slabs }
}
