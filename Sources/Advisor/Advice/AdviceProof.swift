import Workloads

/// Replays that confirm advice on size classes.
package struct AdviceProof: Sendable {
  /// All events, replayed under the base policy.
  package let before: ShadowReplay
  /// All events, replayed under the advised policy.
  package let after: ShadowReplay
  /// Slab memory at the peak under the advised policy in bytes, predicted by the model.
  package let predictedPeakBytes: Int
  /// Events of the replays that compare further policies.
  package let compared: ReplayedEvents
  /// These events, replayed under the base policy.
  package let comparedBefore: ShadowReplay
  /// These events, replayed under the advised policy.
  package let comparedAfter: ShadowReplay
  /// Replays that tell the effect of the sizes from the effect of the page orders.
  package let gains: SizeAndOrderGains
  /// Replays with the size classes of other allocators, for comparison.
  package let references: [ReferenceReplay]
  /// Replays with the classes for skb data; nil if there are none.
  package let skbData: SkbDataReplay?

  /// Replay with the size classes of another allocator.
  package struct ReferenceReplay: Sendable {
    /// Name and sizes.
    package let set: ClassSet
    /// Number of its sizes that serve a request of the workload.
    package let classesUsed: Int
    /// Share of the bytes of live objects that rounding up takes.
    package let roundingShare: Double
    /// The replay.
    package let replay: ShadowReplay
  }

  /// Bytes of slab memory that the advised policy saves at the peak.
  package var savedBytes: Int { before.peakBytes - after.peakBytes }

  /// Replays all events under the base and the advised policy, and a part of them under further policies.
  /// - Parameters:
  ///   - orders: Page orders of the base policy's sizes by the model, by size.
  ///   - runner: Runner of the replays of the part.
  /// - Throws: `AdviceError`, errors of the source, and `EngineError`.
  init(
    of advised: Policy, orders: [Int: Int], skbData data: SkbDataAdvice?, _ demand: SizeDemand,
    _ traffic: ProfiledSource, _ runner: ReplayRunner, _ options: AdviceOptions
  ) throws {
    let base = options.base
    compared = ReplayedEvents(runner.window, of: traffic.events)
    let whole =
      compared.isWhole
      ? runner
      : ReplayRunner(
        try traffic.window(0..<traffic.events), sampledAfter: demand.eventsByMoment, start: traffic.start, options)
    let proof = try whole.runWithoutFailures([base, advised])
    let (before, after) = (proof[0], proof[1])
    (self.before, self.after) = (before, after)
    predictedPeakBytes = try PeakPrediction.peakBytes(
      under: advised, base: base, before, whole, startChange: after.startBytes - before.startBytes)

    let alone = SizeAndOrderGains.policies(advised, base, orders)
    let references = ClassSet.references.map { set in
      var policy = base
      (policy.name, policy.generalCacheSizes) = (set.name, set.sizes)
      return policy
    }
    // Replays of all events are known already.
    let known = compared.isWhole ? [] : [base, advised]
    let needed = references.filter { $0.generalCacheSizes != base.generalCacheSizes }
    let replays = try runner.runWithoutFailures(known + alone + needed)
    let (comparedBefore, comparedAfter) = known.isEmpty ? (before, after) : (replays[0], replays[1])
    (self.comparedBefore, self.comparedAfter) = (comparedBefore, comparedAfter)
    let others = Array(replays.dropFirst(known.count))
    gains = SizeAndOrderGains(
      base: base.name, sizes: others[0], orders: others[1], both: comparedAfter, before: comparedBefore)
    let byName = Dictionary(zip(needed.map(\.name), others.dropFirst(alone.count))) { first, _ in first }
    let weights = demand.objectiveWeights(options.objective)
    self.references = ClassSet.references.map { set in
      ReferenceReplay(
        set: set, classesUsed: set.used(by: demand.sizes), roundingShare: set.roundingShare(demand.sizes, weights),
        replay: byName[set.name] ?? comparedBefore)
    }
    skbData = try data.flatMap { data in try data.classes.isEmpty ? nil : SkbDataReplay(data, runner, options) }
  }
}
