extension StartingState.Cache {
  /// The groups of `occupancy` in an order in which they can be laid out: where the order of the node partial list is not
  /// known, its slabs one by one in random order, since a list holds slabs that came from all CPUs at different times.
  func arrangedOccupancy(random: inout SplitMix64) -> [StartingState.SlabGroup]? {
    guard let occupancy, !isNodeOrderKnown else { return occupancy }
    var node: [StartingState.SlabGroup] = []
    for group in occupancy where group.place == .node {
      var single = group
      single.count = 1
      node.append(contentsOf: repeatElement(single, count: group.count))
    }
    node.shuffle(using: &random)
    return node + occupancy.filter { $0.place != .node }
  }
}
