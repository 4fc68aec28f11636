/// Slabs of a cache that are on the same list and have the same page order and the same number of objects in use.
package struct SlabGroup: Sendable, Hashable, Codable {
  /// List of slabs in SLUB (Linux, mm/slub.c).
  package enum List: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// Partial list of a NUMA node: slabs with free objects, including empty ones up to `min_partial` slabs.
    case node = 0
    /// Partial list of a CPU: slabs from which the CPU allocates when its CPU slab is full.
    case cpuPartial = 1
    /// CPU slab: the slab from which a CPU allocates.
    case cpu = 2
    /// No list: full slabs. SLUB does not list them; their number is that of all slabs without those on lists.
    case full = 3
  }

  /// List of the slabs.
  package var list: List
  /// NUMA node of a node's partial list; 0 for the other lists.
  package var node: Int
  /// Page order of each slab.
  package var order: Int
  /// Number of objects that each slab has room for.
  package var objects: Int
  /// Number of objects of each slab that are live or in a sheaf.
  package var objectsInUse: Int
  /// Number of slabs.
  package var slabs: Int

  /// Creates a group from its figures.
  package init(list: List, node: Int = 0, order: Int, objects: Int, objectsInUse: Int, slabs: Int) {
    (self.list, self.node, self.order) = (list, node, order)
    (self.objects, self.objectsInUse, self.slabs) = (objects, objectsInUse, slabs)
  }

  /// Number of free objects in all slabs of the group.
  package var freeObjects: Int { max(0, objects - objectsInUse) * slabs }
}
