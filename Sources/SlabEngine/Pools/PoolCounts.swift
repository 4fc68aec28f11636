/// Sums over the slabs of a pool. `SlabEngine.validate` recomputes them from the slabs.
struct PoolCounts: Equatable {
  var slabsByOrder = InlineArray<11, Int>(repeating: 0)
  /// Objects that fit into all slabs.
  var totalObjects = 0
  /// Free objects in all slabs, and those of them in empty slabs.
  var freeObjects = 0
  var freeObjectsInEmptySlabs = 0
  var slabBytes = 0
  var emptySlabBytes = 0
  /// Unused tails of the slabs that are not empty, in bytes.
  var tailBytes = 0

  /// Objects in use: live, or free in a magazine or depot.
  var objectsInUse: Int { totalObjects - freeObjects }

  var freeObjectsInPartialSlabs: Int { freeObjects - freeObjectsInEmptySlabs }

  static func == (left: PoolCounts, right: PoolCounts) -> Bool {
    left.slabsByOrder.indices.allSatisfy { left.slabsByOrder[$0] == right.slabsByOrder[$0] }
      && (left.totalObjects, left.freeObjects, left.freeObjectsInEmptySlabs)
        == (right.totalObjects, right.freeObjects, right.freeObjectsInEmptySlabs)
      && (left.slabBytes, left.emptySlabBytes, left.tailBytes)
        == (right.slabBytes, right.emptySlabBytes, right.tailBytes)
  }
}
