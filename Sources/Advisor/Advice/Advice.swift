import Foundation
package import Recordings
import SlabEngine
package import Workloads

/// The set of general caches that takes the least slab memory for a workload, with the replays that confirm it.
package struct Advice: Sendable {
  /// Minimum number of events from which advice is derived.
  package static let fewestEvents = 100

  /// Parameters of the advisor.
  package let options: AdviceOptions
  /// Profile of the workload.
  package let profile: AllocationProfile
  /// Advised classes, ascending.
  package let classes: [ClassOptimizer.Class]
  /// Slab memory against the number of classes, by the model.
  package let curve: ClassCurve
  /// The base policy with the advised sizes and page orders.
  package let policy: Policy
  /// The workload replayed under the base policy.
  package let before: ShadowReplay
  /// The workload replayed under the advised policy.
  package let after: ShadowReplay
  /// Replays that tell the effect of the sizes from the effect of the page orders.
  package let gains: SizeAndOrderGains
  /// Part of the traffic that the advice takes into account.
  package let coverage: TrafficCoverage
  /// Slab memory at the peak under the advised policy in bytes, by the model.
  package let predictedPeakBytes: Int
  /// Share of the bytes of live objects that rounding up to the advised sizes takes.
  package let roundingShare: Double
  /// Share of the bytes of live objects that rounding up to Linux's sizes takes.
  package let linuxRoundingShare: Double
  /// Replays of the workload with the size classes of other allocators, for comparison.
  package let referenceReplays: [ReferenceReplay]
  /// Classes for skb data; nil if the recording has no bytes in use of any object.
  package let skbData: SkbDataAdvice?
  /// The workload replayed with the classes for skb data; nil if there are none.
  package let skbDataReplay: SkbDataReplay?

  /// Replay of the workload with the size classes of another allocator.
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

  /// Number of general caches of the advised policy that serve a request.
  package var classesUsed: Int {
    ClassSet(name: policy.name, sizes: policy.generalCacheSizes).used(by: profile.sizes)
  }

  /// Call sites that allocate by size, in descending order of the bytes that a dedicated cache would save.
  package var callSites: [CallSiteAdvice] {
    CallSiteAdvice.all(profile, set: .linux, costs: ClassCosts(orders: options.orders))
  }

  /// Bytes of slab memory that the advised policy saves at the peak, replayed.
  package var savedBytes: Int { before.peakBytes - after.peakBytes }

  /// Whether the saving is too small to change anything: less than 64 KiB, or less than 1 % of the peak.
  package var isSavingNegligible: Bool { savedBytes < max(65_536, before.peakBytes / 100) }

  /// The advice in one sentence.
  package var verdict: String {
    let percent = Double(savedBytes) / Double(max(1, before.peakBytes)) * 100
    let change = "\(abs(savedBytes)) bytes \(savedBytes < 0 ? "more" : "less") slab memory at the peak"
    let sizes = classes.count == 1 ? "the best size takes" : "the best \(classes.count) sizes take"
    return isSavingNegligible
      ? "no change recommended: \(sizes) \(change) than \(options.base.name)'s"
      : "change the sizes: \(classes.count) take \(change) (\(String(format: "%.1f", percent)) %)"
  }

  /// Derives advice from a source's first events, and replays them.
  /// - Parameters:
  ///   - source: Source of the events.
  ///   - events: Maximum number of events to profile.
  ///   - options: Parameters of the advisor.
  ///   - given: Classes derived from other recordings, to be judged on this one; nil derives them from this one.
  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  package init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, given: [ClassOptimizer.Class]? = nil
  ) throws {
    let profile = try AllocationProfile(of: source, upTo: events)
    try Advice.check(profile)
    (self.options, self.profile) = (options, profile)
    coverage = TrafficCoverage(profile, source)
    let start = try options.isCold ? nil : ReplayStart(source)
    let residents = ResidentObjects(start, base: options.base)
    func replay(_ policy: Policy) throws -> ShadowReplay {
      let replay = try ShadowReplay(
        source, policy: policy, memoryBytes: options.memory(for: start), sampledAfter: profile.intervalEnds,
        start: start)
      guard replay.failedAllocations == 0 else {
        throw AdviceError.outOfMemory(name: profile.name, policy: policy.name, failures: replay.failedAllocations)
      }
      return replay
    }
    let before = try replay(options.base)
    self.before = before
    let spare = Advice.spare(profile, before, options.base)
    // The needs of objects from before the recording are unknown, so their classes stay unless the user limits the number.
    curve = try ClassCurve(for: [profile], options, keeping: options.classes == nil ? residents.sizes : [])
    let chosen = residents.orders(of: curve.classes(upTo: options.classes), options)
    let classes = given.map { Advice.classes($0, serving: profile, options) } ?? chosen
    self.classes = classes
    policy = Advice.policy(classes, options.base, of: profile.name)
    after = try replay(policy)
    gains = try SizeAndOrderGains(
      policy, options.base, Advice.orders(of: options.base, serving: profile, residents, options), before: before,
      after: after, replay: replay)
    predictedPeakBytes = Advice.predict(
      policy, profile, before, options.base, spare: spare, startChange: after.startBytes - before.startBytes)
    let weights = profile.objectiveWeights(options.objective)
    roundingShare = ClassSet(name: "advised", sizes: policy.generalCacheSizes).roundingShare(profile.sizes, weights)
    linuxRoundingShare = ClassSet.linux.roundingShare(profile.sizes, weights)
    let skbData = SkbDataAdvice(profile.data, options)
    self.skbData = skbData
    skbDataReplay = try skbData.flatMap { data in
      try data.classes.isEmpty ? nil : SkbDataReplay(data, source, profile.intervalEnds, options)
    }
    referenceReplays = try ClassSet.references.map { set in
      var policy = options.base
      (policy.name, policy.generalCacheSizes) = (set.name, set.sizes)
      let isBase = policy.generalCacheSizes == options.base.generalCacheSizes
      return ReferenceReplay(
        set: set, classesUsed: set.used(by: profile.sizes),
        roundingShare: set.roundingShare(profile.sizes, weights), replay: try isBase ? before : replay(policy))
    }
  }

  /// Checks that a profile has enough events, and requests by size.
  static func check(_ profile: AllocationProfile) throws(AdviceError) {
    guard profile.events >= fewestEvents else { throw .tooShort(name: profile.name, events: profile.events) }
    guard profile.requestCount > 0 else { throw .noRequests(name: profile.name) }
  }
}
