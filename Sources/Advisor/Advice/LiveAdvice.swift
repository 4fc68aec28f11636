/// Advice for a machine at work: sizes to add between the powers of two, which stay.
public struct LiveAdvice: Sendable {
  /// Every size that should be in service, ascending: the powers of two, and some between.
  public let sizes: [Int]

  /// Sizes that are added between the powers of two at most.
  public static let mostAdded = 8

  /// - Parameters:
  ///   - live: bytes asked for, ascending, and how many live objects asked for so many.
  ///   - powers: the powers of two in service.
  /// - Complexity: O(sizes^2 x classes / 8): a few milliseconds for a thousand sizes.
  public init(live: [(bytes: Int, objects: Int)], powers: [Int]) {
    let costs = ClassCosts(overheadBytes: 0)
    let needed = powers.filter { power in power <= (live.last?.bytes ?? 8) * 2 }
    let optimizer = ClassOptimizer(
      sizes: live.map(\.bytes), weights: live.map { Double($0.objects) }, costs: costs, keeping: needed)
    let sets = optimizer.bestSets(upTo: needed.count + LiveAdvice.mostAdded)
    let best = sets.last { $0.heldBytes.isFinite }?.classes.map(\.size) ?? []
    sizes = Set(best + powers).sorted()
  }
}
