import Foundation
public import Recordings

/// Everything that is said to one recording: the advice, whether it carries, what sharing would do.
public struct AdviceReport: Sendable {
  /// The sizes.
  public let advice: Advice
  /// The recording that the sizes were derived from, where that is another one.
  public let derivedFrom: String?
  /// Derived from one half, held against the other (or from another recording, held against this one); nil where a half
  /// says nothing.
  public let holdout: Holdout?
  /// Why there is no holdout, in words.
  public let holdoutProblem: String?
  /// What sharing would do.
  public let sharing: SharingAdvice
  /// Caches of their own for call sites that ask by size.
  public let ownCaches: OwnCacheAdvice
  /// Bytes that the best set of as many classes holds, by the model, where sizes are aligned to more than 8 bytes.
  public let alignments: [(alignment: Int, heldBytes: Double)]
  /// Of several recordings: how one set fares with each.
  public let joint: JointAdvice?

  /// - Parameters:
  ///   - joint: one set for several recordings, this one among them.
  ///   - other: a recording that the set is derived from, to be held against this one.
  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  public init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, joint: JointAdvice? = nil,
    derivedFrom other: AllocationProfile? = nil
  ) throws {
    let given = try other.map { try Advice.classes(for: [$0], options).classes } ?? joint?.forSum
    let advice = try Advice(for: source, events: events, options, given: given)
    self.advice = advice
    self.joint = joint
    derivedFrom = other?.name
    do {
      holdout =
        try other.map { try Holdout(derivedFrom: $0, heldAgainst: advice.profile, options) }
        ?? Holdout(of: source, events: events, options)
      holdoutProblem = nil
    } catch let error as AdviceError {
      (holdout, holdoutProblem) = (nil, "\(error)")
    }
    sharing = try SharingAdvice(
      for: source, events: events, base: options.base, memoryBytes: options.memoryBytes ?? 1 << 30)
    ownCaches = try OwnCacheAdvice(
      for: source, advice.profile, base: options.base, memoryBytes: options.memoryBytes ?? 1 << 30,
      start: options.isCold ? nil : ReplayStart(source))
    alignments = [8, 16, 32, 64].map { alignment in
      let costs = ClassCosts(orders: options.orders, alignment: alignment, overheadBytes: 0)
      let optimizer = ClassOptimizer(
        sizes: advice.profile.sizes, weights: advice.profile.objectiveWeights(options.objective), costs: costs)
      return (alignment, optimizer.bestSets(upTo: advice.classes.count).last?.heldBytes ?? 0)
    }
  }
}
