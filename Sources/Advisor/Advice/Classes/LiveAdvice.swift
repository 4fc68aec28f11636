/// Advice for a running engine: sizes to add between the powers of two, which stay.
package struct LiveAdvice: Sendable {
  /// All sizes that general caches should have, ascending: the powers of two and the added sizes.
  package let sizes: [Int]

  /// Largest number of sizes that are added.
  package static let mostAdded = 8

  /// Computes the sizes.
  /// - Parameters:
  ///   - live: requested bytes, ascending, with the number of live objects of each.
  ///   - powers: sizes of the general caches that are powers of two.
  /// - Complexity: O(sizes^2 x classes / 8): a few milliseconds for a thousand sizes.
  package init(live: [(bytes: Int, objects: Int)], powers: [Int]) {
    let costs = ClassCosts(overheadBytes: 0)
    let needed = powers.filter { power in power <= (live.last?.bytes ?? 8) * 2 }
    let optimizer = ClassOptimizer(
      sizes: live.map(\.bytes), weights: live.map { Double($0.objects) }, costs: costs, keeping: needed)
    let sets = optimizer.bestSets(upTo: needed.count + LiveAdvice.mostAdded)
    let best = sets.last { $0.slabBytes.isFinite }?.classes.map(\.size) ?? []
    sizes = Set(best + powers).sorted()
  }
}
