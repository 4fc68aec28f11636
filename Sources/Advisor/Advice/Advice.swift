package import Profiles
package import Recordings
import SlabEngine
import TextOutput
package import Workloads

/// The set of general caches that takes the least slab memory for a workload, with the replays that confirm it.
package struct Advice: Sendable {
  /// Minimum number of events from which advice is derived.
  package static let fewestEvents = 100

  /// Parameters of the advisor.
  package let options: AdviceOptions
  /// Profile of the workload.
  package let profile: AllocationProfile
  /// Requests and live objects by size.
  package let demand: SizeDemand
  /// Advised classes, ascending.
  package let classes: [ClassOptimizer.Class]
  /// Slab memory against the number of classes, by the model.
  package let curve: ClassCurve
  /// The base policy with the advised sizes and page orders.
  package let policy: Policy
  /// Part of the traffic that the advice takes into account.
  package let coverage: TrafficCoverage
  /// Slab memory at the objective's live objects in bytes, by the model, with a page for each class in use.
  package let model: ModelledBytes
  /// Share of the bytes of live objects that rounding up to the advised sizes takes.
  package let roundingShare: Double
  /// Share of the bytes of live objects that rounding up to Linux's sizes takes.
  package let linuxRoundingShare: Double
  /// skb data of the profile.
  package let skbDataDemand: SkbDataDemand
  /// Classes for skb data; nil if the bytes in use are known of no object.
  package let skbData: SkbDataAdvice?
  /// Replays that confirm the advice; nil if it is on a profile, which has no events.
  package let proof: AdviceProof?

  /// Slab memory of requests by size in bytes, by the model.
  package struct ModelledBytes: Sendable, Hashable {
    /// With the base policy's sizes.
    package let base: Int
    /// With the advised sizes.
    package let advised: Int
  }

  /// Number of general caches of the advised policy that serve a request.
  package var classesUsed: Int {
    ClassSet(name: policy.name, sizes: policy.generalCacheSizes).used(by: demand.sizes)
  }

  /// Call sites that allocate by size, in descending order of the bytes that a dedicated cache would save.
  package var callSites: [CallSiteAdvice] {
    CallSiteAdvice.all(profile, set: .linux, costs: ClassCosts(orders: options.orders))
  }

  /// Slab memory with the base policy in bytes: at the peak of the replay, or by the model if there is no replay.
  private var baseBytes: Int { proof?.before.peakBytes ?? model.base }

  /// Bytes of slab memory that the advised policy saves: at the peak of the replays, or by the model if there are none.
  package var savedBytes: Int { proof?.savedBytes ?? model.base - model.advised }

  /// Whether the saving is too small to change anything: less than 64 KiB, or less than 1 %.
  package var isSavingNegligible: Bool { savedBytes < max(65_536, baseBytes / 100) }

  /// The advice in one sentence.
  package var verdict: String {
    let percent = Double(savedBytes) / Double(max(1, baseBytes)) * 100
    let change = "\(abs(savedBytes)) bytes \(savedBytes < 0 ? "more" : "less") slab memory at the \(comparedAt)"
    let sizes = classes.count == 1 ? "the best size takes" : "the best \(classes.count) sizes take"
    return isSavingNegligible
      ? "no change recommended: \(sizes) \(change) than \(options.base.name)'s"
      : "change the sizes: \(classes.count) take \(change) (\(String(printf: "%.1f", percent)) %)"
  }

  private var comparedAt: String { proof == nil ? "\(options.objective) by the model" : "peak" }

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
    let traffic = try ProfiledSource(source, events: events, needsHalves: false, isCold: options.isCold)
    let demand = SizeDemand(traffic.profile, cpus: source.cpuCount)
    try Advice.check(demand)
    try self.init(
      traffic.profile, demand, options, given: given,
      replays: (traffic, try ReplayRunner(comparing: traffic, demand, options)))
  }

  /// Derives advice from a profile. There is no proof by replay.
  /// - Throws: `AdviceError`.
  package init(
    on profile: AllocationProfile, _ options: AdviceOptions, given: [ClassOptimizer.Class]? = nil
  ) throws {
    try self.init(profile, SizeDemand(profile), options, given: given, replays: nil)
  }

  init(
    _ profile: AllocationProfile, _ demand: SizeDemand, _ options: AdviceOptions, given: [ClassOptimizer.Class]?,
    replays: (traffic: ProfiledSource, runner: ReplayRunner)?
  ) throws {
    try Advice.check(demand)
    (self.options, self.profile, self.demand) = (options, profile, demand)
    let skbDataDemand = SkbDataDemand(profile)
    self.skbDataDemand = skbDataDemand
    coverage = TrafficCoverage(profile, unknownSizes: skbDataDemand.unknownObjects)
    let residents = ResidentObjects(replays?.traffic.start, base: options.base)
    // The needs of objects from before the recording are unknown, so their classes stay unless the user limits the number.
    curve = try ClassCurve(for: [demand], options, keeping: options.classes == nil ? residents.sizes : [])
    let chosen = residents.orders(of: curve.classes(upTo: options.classes), options)
    let classes = given.map { Advice.classes($0, serving: demand, options) } ?? chosen
    self.classes = classes
    let policy = Advice.policy(classes, options.base, of: demand.name)
    self.policy = policy
    model = ModelledBytes(
      base: Advice.modelledBytes(options.base.generalCacheSizes, demand, options),
      advised: Advice.modelledBytes(policy.generalCacheSizes, demand, options))
    let weights = demand.objectiveWeights(options.objective)
    roundingShare = ClassSet(name: "advised", sizes: policy.generalCacheSizes).roundingShare(demand.sizes, weights)
    linuxRoundingShare = ClassSet.linux.roundingShare(demand.sizes, weights)
    let skbData = SkbDataAdvice(skbDataDemand, options)
    self.skbData = skbData
    proof = try replays.map { replays in
      try AdviceProof(
        of: policy, orders: Advice.orders(of: options.base, serving: demand, residents, options), skbData: skbData,
        demand, replays.traffic, replays.runner, options)
    }
  }

  /// Returns the slab memory of the objective's live objects in general caches of some sizes in bytes, by the model.
  package static func modelledBytes(_ sizes: [Int], _ demand: SizeDemand, _ options: AdviceOptions) -> Int {
    let set = ClassSet(name: "", sizes: sizes)
    let costs = ClassCosts(orders: options.orders, overheadBytes: 4096)
    let (largest, weights) = (sizes.last ?? 0, demand.objectiveWeights(options.objective))
    var (objects, pageBytes) = ([Int: Double](), 0.0)
    for (bytes, weight) in zip(demand.sizes, weights) {
      let size = set.size(for: bytes)
      // Requests above the largest size take whole pages.
      if size <= largest { objects[size, default: 0] += weight } else { pageBytes += weight * Double(size) }
    }
    return Int(objects.reduce(pageBytes) { $0 + costs.cost(size: $1.key, objects: $1.value).bytes })
  }

  /// Checks that a profile has enough events, and requests by size.
  static func check(_ demand: SizeDemand) throws(AdviceError) {
    guard demand.events >= fewestEvents else { throw .tooShort(name: demand.name, events: demand.events) }
    guard demand.requestCount > 0 else { throw .noRequests(name: demand.name) }
  }
}

extension ReplayRunner {
  /// Creates a runner for the events on which policies are compared: all events of a source, or those around the peak of requested
  /// bytes if there are more than `AdviceOptions.comparedEvents`.
  init(comparing traffic: ProfiledSource, _ demand: SizeDemand, _ options: AdviceOptions) throws {
    let events = ReplayedEvents.window(
      of: options.comparedEvents, around: demand.eventsAtPeak, in: traffic.events)
    self.init(
      try traffic.window(events), sampledAfter: demand.eventsByMoment, start: traffic.start, options)
  }
}
