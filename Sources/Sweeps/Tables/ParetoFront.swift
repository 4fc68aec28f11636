/// Pareto front: the elements that no other element dominates.
enum ParetoFront {
  /// Returns for each element whether it is on the front, in which smaller costs are better. An element dominates another if no
  /// cost is larger and one is smaller; equal elements do not dominate each other.
  /// - Parameter costs: Costs of each element, as many for each.
  /// - Complexity: O(elements^2), because a sweep has few policies.
  static func members(_ costs: [[Double]]) -> [Bool] {
    costs.map { own in
      !costs.contains { other in
        zip(other, own).allSatisfy { $0 <= $1 } && zip(other, own).contains { $0 < $1 }
      }
    }
  }
}
