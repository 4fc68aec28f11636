import Foundation
public import Recordings

/// Everything that is said to one recording: the advice, whether it carries, what sharing would do.
public struct AdviceReport: Sendable {
  /// The sizes.
  public let advice: Advice
  /// Derived from one half, held against the other; nil where that was not asked for, or a half says nothing.
  public let holdout: Holdout?
  /// Why there is no holdout, in words.
  public let holdoutProblem: String?
  /// What sharing would do.
  public let sharing: SharingAdvice
  /// Bytes that the best set of as many classes holds, by the model, where sizes are aligned to more than 8 bytes.
  public let alignments: [(alignment: Int, heldBytes: Double)]
  /// Of several recordings: how one set fares with each.
  public let joint: JointAdvice?

  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  public init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, joint: JointAdvice? = nil
  ) throws {
    let advice = try Advice(for: source, events: events, options, given: joint?.forSum)
    self.advice = advice
    self.joint = joint
    do {
      (holdout, holdoutProblem) = (try Holdout(of: source, events: events, options), nil)
    } catch let error as AdviceError {
      (holdout, holdoutProblem) = (nil, "\(error)")
    }
    sharing = try SharingAdvice(
      for: source, events: events, base: options.base, memoryBytes: options.memoryBytes ?? 1 << 30)
    alignments = [8, 16, 32, 64].map { alignment in
      let costs = ClassCosts(orders: options.orders, alignment: alignment, overheadBytes: 0)
      let optimizer = ClassOptimizer(
        sizes: advice.profile.sizes, weights: advice.profile.objectiveWeights(options.objective), costs: costs)
      return (alignment, optimizer.bestSets(upTo: advice.classes.count).last?.heldBytes ?? 0)
    }
  }
}
