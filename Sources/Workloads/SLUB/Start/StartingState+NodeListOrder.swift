extension StartingState.Cache {
  /// Returns the groups of `occupancy` in the order of their lists; nil if there are none. If the order of the node partial list
  /// is unknown, its slabs are in random order, because slabs are added by all CPUs at different times.
  func occupancyInListOrder(random: inout SplitMix64) -> [StartingState.SlabGroup]? {
    guard let occupancy, !isNodeOrderKnown else { return occupancy }
    var node: [StartingState.SlabGroup] = []
    for group in occupancy where group.location == .node {
      var single = group
      single.count = 1
      node.append(contentsOf: repeatElement(single, count: group.count))
    }
    node.shuffle(using: &random)
    return node + occupancy.filter { $0.location != .node }
  }
}
