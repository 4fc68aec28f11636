/// The sums that a pool keeps of its slabs, and that `validate` forms anew.
struct PoolCounts: Equatable {
  var slabsByOrder = InlineArray<11, Int>(repeating: 0)
  /// Objects that all slabs hold room for, those that are in a slab, and those of them in empty slabs.
  var totalObjects = 0
  var freeObjects = 0
  var freeObjectsInEmptySlabs = 0
  var slabBytes = 0
  var emptySlabBytes = 0
  /// Tails of the slabs that are not empty.
  var tailBytes = 0

  /// Objects out of the slabs: live, or in a magazine.
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
