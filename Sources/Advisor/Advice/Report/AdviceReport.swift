import Foundation
package import Recordings

/// All advice on one recording or workload: classes, their validation on other events, slab sharing and own caches.
package struct AdviceReport: Sendable {
  /// Advice on size classes and page orders.
  package let advice: Advice
  /// Name of the recording that the classes were derived from; nil if they were derived from this one.
  package let derivedFrom: String?
  /// Cross-validation: on the other half of the events, or on this recording if the classes are from another; nil if a half has too
  /// few events.
  package let holdout: Holdout?
  /// Reason why there is no cross-validation.
  package let holdoutProblem: String?
  /// Replays with shared slabs.
  package let sharing: SharingAdvice
  /// Own caches for call sites that allocate by size.
  package let ownCaches: OwnCacheAdvice
  /// Slab memory of the best set of as many classes in bytes, by the model, at larger alignments of the sizes.
  package let alignments: [(alignment: Int, slabBytes: Double)]
  /// One set of classes for several recordings; nil if there is only one.
  package let joint: JointAdvice?

  /// Derives all advice.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - events: Maximum number of events to profile.
  ///   - options: Parameters of the advisor.
  ///   - joint: one set of classes for several recordings, of which this source is one.
  ///   - other: profile of a recording that the classes are derived from, to be judged on this source.
  ///   - progress: called before each part of the advice, with the number of parts so far and the number of all parts.
  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  package init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, joint: JointAdvice? = nil,
    derivedFrom other: AllocationProfile? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let parts = 5
    progress(0, parts)
    let derived = try other.map { try ClassCurve(for: [$0], options).classes(upTo: options.classes) }
    let advice = try Advice(for: source, events: events, options, given: derived ?? joint?.forSum)
    self.advice = advice
    self.joint = joint
    derivedFrom = other?.name
    progress(1, parts)
    do {
      holdout =
        try other.map { try Holdout(derivedFrom: $0, judgedOn: advice.profile, options) }
        ?? Holdout(of: source, events: events, options)
      holdoutProblem = nil
    } catch let error as AdviceError {
      (holdout, holdoutProblem) = (nil, "\(error)")
    }
    progress(2, parts)
    sharing = try SharingAdvice(
      for: source, events: events, base: options.base, memoryBytes: options.memory(for: nil))
    progress(3, parts)
    let start = try options.isCold ? nil : ReplayStart(source)
    ownCaches = try OwnCacheAdvice(
      for: source, advice.profile, base: options.base, memoryBytes: options.memory(for: start), start: start)
    progress(4, parts)
    alignments = [8, 16, 32, 64].map { alignment in
      let costs = ClassCosts(orders: options.orders, alignment: alignment, overheadBytes: 0)
      let optimizer = ClassOptimizer(
        sizes: advice.profile.sizes, weights: advice.profile.objectiveWeights(options.objective), costs: costs)
      return (alignment, optimizer.bestSets(upTo: advice.classes.count).last?.slabBytes ?? 0)
    }
  }
}
