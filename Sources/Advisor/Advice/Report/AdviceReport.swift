package import Profiles
package import Recordings
import Workloads

/// All advice on one recording, workload or profile: classes, their validation on other events, slab sharing and own caches.
package struct AdviceReport: Sendable {
  /// Advice on size classes and page orders.
  package let advice: Advice
  /// Name of the recording that the classes were derived from; nil if they were derived from this one.
  package let derivedFrom: String?
  /// Cross-validation: on the other half of the events, or on this recording if the classes are from another; nil if a half has too
  /// few events, and for a profile, which cannot be divided.
  package let holdout: Holdout?
  /// Reason why there is no cross-validation.
  package let holdoutProblem: String?
  /// Replays with shared slabs; nil for a profile.
  package let sharing: SharingAdvice?
  /// Own caches for call sites that allocate by size; nil for a profile.
  package let ownCaches: OwnCacheAdvice?
  /// Slab memory of the best set of as many classes in bytes, by the model, at larger alignments of the sizes.
  package let alignments: [(alignment: Int, slabBytes: Double)]
  /// One set of classes for several recordings; nil if there is only one.
  package let joint: JointAdvice?

  /// Number of parts of advice on a source.
  private static let parts = 4

  /// Derives all advice on a recording or workload.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - events: Maximum number of events to profile.
  ///   - options: Parameters of the advisor.
  ///   - joint: one set of classes for several recordings, of which this source is one.
  ///   - other: demand of a recording that the classes are derived from, to be judged on this source.
  ///   - progress: called before each part of the advice, with the number of parts so far and the number of all parts.
  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  package init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, joint: JointAdvice? = nil,
    derivedFrom other: SizeDemand? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    progress(0, AdviceReport.parts)
    let derived = try other.map { try ClassCurve(for: [$0], options).classes(upTo: options.classes) }
    let traffic = try ProfiledSource(source, events: events, needsHalves: other == nil, isCold: options.isCold)
    let demand = SizeDemand(traffic.profile, cpus: source.cpuCount)
    try Advice.check(demand)
    progress(1, AdviceReport.parts)
    let runner = try ReplayRunner(comparing: traffic, demand, options)
    advice = try Advice(
      traffic.profile, demand, options, given: derived ?? joint?.forSum, replays: (traffic, runner))
    self.joint = joint
    derivedFrom = other?.name
    (holdout, holdoutProblem) = try AdviceReport.holdout(other, demand, traffic, options)
    progress(2, AdviceReport.parts)
    sharing = SharingAdvice(try runner.run(SharingAdvice.requests(options.base)))
    progress(3, AdviceReport.parts)
    ownCaches = try OwnCacheAdvice(traffic.profile, base: options.base, runner)
    alignments = AdviceReport.alignments(advice)
  }

  /// Derives the advice on a profile that needs no replay.
  /// - Parameters:
  ///   - profile: Profile to advise on.
  ///   - options: Parameters of the advisor.
  ///   - joint: one set of classes for several profiles, of which this is one.
  ///   - other: demand of a recording or profile that the classes are derived from, to be judged on this profile.
  /// - Throws: `AdviceError`.
  package init(
    on profile: AllocationProfile, _ options: AdviceOptions, joint: JointAdvice? = nil,
    derivedFrom other: SizeDemand? = nil
  ) throws {
    let derived = try other.map { try ClassCurve(for: [$0], options).classes(upTo: options.classes) }
    advice = try Advice(on: profile, options, given: derived ?? joint?.forSum)
    self.joint = joint
    derivedFrom = other?.name
    (holdout, holdoutProblem) = try AdviceReport.holdout(other, advice.demand, nil, options)
    (sharing, ownCaches) = (nil, nil)
    alignments = AdviceReport.alignments(advice)
  }

  /// Judges classes from another recording on this one, or classes from the first half of the events on the second half.
  private static func holdout(
    _ other: SizeDemand?, _ demand: SizeDemand, _ traffic: ProfiledSource?, _ options: AdviceOptions
  ) throws -> (Holdout?, problem: String?) {
    do {
      if let other { return (try Holdout(derivedFrom: other, judgedOn: demand, options), nil) }
      guard let halves = traffic?.halves else { return (nil, nil) }
      return (
        try Holdout(
          derivedFrom: SizeDemand(halves.first, cpus: demand.cpus),
          judgedOn: SizeDemand(halves.second, cpus: demand.cpus),
          options), nil
      )
    } catch let error as AdviceError {
      return (nil, "\(error)")
    }
  }

  private static func alignments(_ advice: Advice) -> [(alignment: Int, slabBytes: Double)] {
    [8, 16, 32, 64].map { alignment in
      let costs = ClassCosts(orders: advice.options.orders, alignment: alignment, overheadBytes: 0)
      let optimizer = ClassOptimizer(
        sizes: advice.demand.sizes, weights: advice.demand.objectiveWeights(advice.options.objective), costs: costs)
      return (alignment, optimizer.bestSets(upTo: advice.classes.count).last?.slabBytes ?? 0)
    }
  }

  /// Events of the comparisons in a sentence: which were replayed under the base and the advised policy, and which under further
  /// policies; or that the advice is by the model only.
  package var replayedText: String {
    guard let proof = advice.proof else {
      return
        "by the model only: a profile has no events to replay, so that a proof by replay needs a recording; objects "
        + "from before the profile are not known, and may need classes that are not advised"
    }
    let base = advice.options.base.name
    guard !proof.compared.isWhole else {
      return "all events were replayed under \(base), the advised policy, and every policy that is compared with them"
    }
    return "all events were replayed under \(base) and under the advised policy; every other comparison replayed "
      + proof.compared.text
  }

  /// Events of the comparisons in one section, for its heading; nil if all events were replayed.
  var comparedText: String? {
    guard let proof = advice.proof, !proof.compared.isWhole else { return nil }
    return "replayed \(proof.compared.text)"
  }
}
