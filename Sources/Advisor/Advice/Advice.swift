import Foundation
public import Recordings
import SlabEngine
public import Workloads

/// What to ask of the advisor.
public struct AdviceOptions: Sendable, Hashable {
  /// Which live objects count.
  public enum Objective: String, Sendable, Hashable, CaseIterable {
    /// Those of the moment when most bytes are asked for.
    case peak
    /// All, for as long as they live.
    case mean
  }

  /// Classes at most; nil for as many as Linux has.
  public var classes: Int?
  /// Whether every power of two stays a class.
  public var keepsPowersOfTwo = false
  /// Page orders that slabs may have.
  public var orders = 0...3
  /// Which live objects count.
  public var objective = Objective.peak
  /// Machine memory of the replays; nil for plenty.
  public var memoryBytes: Int?
  /// All but the sizes and their orders: sharing, magazines, shuffling.
  public var base = Policy.linux
  /// Whether replays begin on an empty machine, not with what a recorded kernel's caches held before the first event.
  public var isCold = false

  /// Linux's policy and number of classes, for the peak.
  public init() {}
}

/// Why there is no advice.
public enum AdviceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// So few events say nothing.
  case tooShort(name: String, events: Int)
  /// Nothing was asked for by size.
  case noRequests(name: String)
  /// The sizes that have to stay are more than the classes that may be.
  case tooFewClasses(asked: Int, needed: Int)
  /// Allocations were refused.
  case outOfMemory(name: String, policy: String, failures: Int)

  /// The error in one line.
  public var description: String {
    switch self {
    case .tooShort(let name, let events):
      "\(name): \(events) events are too few to advise on; \(Advice.fewestEvents) are the least"
    case .noRequests(let name):
      "\(name): nothing asks for memory by size (kmalloc): general caches of other sizes would change nothing"
    case .tooFewClasses(let asked, let needed):
      "\(asked) classes are too few: \(needed) powers of two are to be kept (--keep-powers-of-two)"
    case .outOfMemory(let name, let policy, let failures):
      "\(name): \(failures) allocations were refused under \(policy); give the replay more with --memory"
    }
  }
}

/// The set of general caches that holds the fewest bytes for a workload, with what speaks for it.
public struct Advice: Sendable {
  /// Events that advice needs at least.
  public static let fewestEvents = 100

  /// What it was asked for.
  public let options: AdviceOptions
  /// What it was derived from.
  public let profile: AllocationProfile
  /// The classes, ascending.
  public let classes: [ClassOptimizer.Class]
  /// Bytes that the best sets of 1, 2, ... classes hold, by the model.
  public let pareto: [Double]
  /// The number of classes beyond which more buy little: the point of the curve that is furthest from its chord.
  public let knee: Int
  /// As a policy.
  public let policy: Policy
  /// The same events under the base policy, and under that with the advised sizes.
  public let before: ShadowReplay
  /// Under the advised sizes.
  public let after: ShadowReplay
  /// What the model says of the peak under the advised sizes.
  public let predictedPeakBytes: Int
  /// Classes that serve anything.
  public var classesUsed: Int {
    ClassSet(name: policy.name, sizes: policy.generalCacheSizes).used(by: profile.sizes)
  }
  /// The share of bytes of live objects that nobody asked for, with the advised sizes and with Linux's.
  public let roundingShare: Double
  /// With Linux's sizes.
  public let linuxRoundingShare: Double
  /// What the standing sets do to the same events.
  public let standing: [StandingSet]

  /// Call sites, the one with most to save first.
  public var callSites: [CallSiteAdvice] {
    CallSiteAdvice.all(profile, set: .linux, costs: ClassCosts(orders: options.orders))
  }

  /// Classes for skb data; nil if the use of none is known.
  public let data: DataAdvice?
  /// The same events with those; nil if none of the data whose use is known was asked for by size.
  public let dataReplay: DataReplay?

  /// Bytes that the advised sizes save at the peak, replayed.
  public var savedBytes: Int { before.peakBytes - after.peakBytes }

  /// Whether there is too little to win to change anything: less than 64 KiB, or than a hundredth of the peak.
  public var isBestLeft: Bool { savedBytes < max(65_536, before.peakBytes / 100) }

  /// The advice in one sentence.
  public var verdict: String {
    let percent = Double(savedBytes) / Double(max(1, before.peakBytes)) * 100
    let change = "\(abs(savedBytes)) bytes \(savedBytes < 0 ? "more" : "less") at the peak"
    return isBestLeft
      ? "leave it: the best \(classes.count == 1 ? "size holds" : "\(classes.count) sizes hold") \(change) than \(options.base.name)'s"
      : "change the sizes: \(classes.count) hold \(change) (\(String(format: "%.1f", percent)) %)"
  }

  /// A set that others have or had.
  public struct StandingSet: Sendable {
    /// Its name and sizes.
    public let set: ClassSet
    /// Of its sizes, those that serve anything.
    public let classesUsed: Int
    /// The share of bytes of live objects that nobody asked for.
    public let roundingShare: Double
    /// The same events, replayed.
    public let replay: ShadowReplay
  }

  /// Derives the advice from a source's first events, and replays it.
  /// - Throws: `AdviceError`, what the source throws, and `EngineError`.
  /// - Parameter given: classes derived from several recordings, in place of this one's own.
  public init(
    for source: any AllocationEventSource, events: Int, _ options: AdviceOptions, given: [ClassOptimizer.Class]? = nil
  ) throws {
    let profile = try AllocationProfile(of: source, upTo: events)
    try Advice.check(profile)
    (self.options, self.profile) = (options, profile)
    let weights = profile.objectiveWeights(options.objective)
    let memory = options.memoryBytes ?? 1 << 30
    let start = try options.isCold ? nil : ReplayStart(source)
    func replay(_ policy: Policy) throws -> ShadowReplay {
      let replay = try ShadowReplay(
        source, policy: policy, memoryBytes: memory, moments: profile.intervalEnds, start: start)
      guard replay.failedAllocations == 0 else {
        throw AdviceError.outOfMemory(name: profile.name, policy: policy.name, failures: replay.failedAllocations)
      }
      return replay
    }
    let before = try replay(options.base)
    self.before = before
    let spare = Advice.spare(profile, before, options.base)
    let (own, curve) = try Advice.classes(for: [profile], options)
    let classes = given.map { Advice.classes($0, serving: profile, options) } ?? own
    self.classes = classes
    // A class costs a page or so, however few objects it has.
    pareto = curve.map { set in set.heldBytes + Double(set.classes.count { $0.objects > 0 }) * 4096 }
    knee = Advice.knee(of: pareto)
    policy = Advice.policy(classes, options.base, of: profile.name)
    after = try replay(policy)
    predictedPeakBytes = Advice.predict(
      policy, profile, before, options.base, spare: spare, startChange: after.startBytes - before.startBytes)
    roundingShare = ClassSet(name: "advised", sizes: policy.generalCacheSizes).roundingShare(profile.sizes, weights)
    linuxRoundingShare = ClassSet.linux.roundingShare(profile.sizes, weights)
    let data = DataAdvice(profile.data, options)
    self.data = data
    dataReplay = try data.flatMap { data in
      try data.classes.isEmpty ? nil : DataReplay(data, source, profile.intervalEnds, options)
    }
    standing = try ClassSet.standing.map { set in
      var policy = options.base
      (policy.name, policy.generalCacheSizes) = (set.name, set.sizes)
      return StandingSet(
        set: set, classesUsed: set.used(by: profile.sizes),
        roundingShare: set.roundingShare(profile.sizes, weights), replay: try replay(policy))
    }
  }

  /// The best set of classes for some profiles together, and the best sets of 1, 2, ... classes.
  /// - Throws: `AdviceError` where there is nothing to go by, or more sizes are to be kept than there may be classes.
  static func classes(
    for profiles: [AllocationProfile], _ options: AdviceOptions
  ) throws(AdviceError) -> (
    classes: [ClassOptimizer.Class], curve: [(heldBytes: Double, classes: [ClassOptimizer.Class])]
  ) {
    var weights: [Int: Double] = [:]
    for profile in profiles {
      try check(profile)
      for (size, weight) in zip(profile.sizes, profile.objectiveWeights(options.objective)) {
        weights[size, default: 0] += weight
      }
    }
    let sizes = weights.keys.sorted()
    let keeping = options.keepsPowersOfTwo ? powersOfTwo(upTo: sizes.last ?? 8) : []
    let optimizer = ClassOptimizer(
      sizes: sizes, weights: sizes.map { weights[$0] ?? 0 },
      costs: ClassCosts(orders: options.orders, overheadBytes: 0),
      keeping: keeping)
    let wanted = options.classes ?? ClassSet.linux.sizes.count
    let curve = optimizer.bestSets(upTo: max(wanted, 24))
    // Of at most so many: more are no better where even a class's smallest slab is a large one.
    let allowed = curve.prefix(wanted)
    guard let chosen = allowed.min(by: { $0.heldBytes < $1.heldBytes }), chosen.heldBytes.isFinite else {
      throw .tooFewClasses(asked: wanted, needed: (curve.firstIndex { $0.heldBytes.isFinite } ?? 0) + 1)
    }
    return (chosen.classes, curve)
  }

  /// Classes derived from other recordings too, with what they do to this one.
  private static func classes(
    _ given: [ClassOptimizer.Class], serving profile: AllocationProfile, _ options: AdviceOptions
  ) -> [ClassOptimizer.Class] {
    let set = ClassSet(name: "", sizes: given.map(\.size))
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    var (objects, requested): ([Int: Double], [Int: Double]) = ([:], [:])
    for (bytes, weight) in zip(profile.sizes, profile.objectiveWeights(options.objective)) {
      objects[set.size(for: bytes), default: 0] += weight
      requested[set.size(for: bytes), default: 0] += weight * Double(bytes)
    }
    return given.map { one in
      let count = objects[one.size] ?? 0
      return ClassOptimizer.Class(
        size: one.size, order: one.order, objects: count, requestedBytes: requested[one.size] ?? 0,
        heldBytes: costs.cost(size: one.size, objects: count).bytes)
    }
  }

  private static func check(_ profile: AllocationProfile) throws(AdviceError) {
    guard profile.events >= fewestEvents else { throw .tooShort(name: profile.name, events: profile.events) }
    guard profile.requestCount > 0 else { throw .noRequests(name: profile.name) }
  }

  /// The powers of two up to the one that serves a request.
  private static func powersOfTwo(upTo bytes: Int) -> [Int] {
    let sizes = EngineConfiguration.powersOfTwo
    return Array(sizes.prefix { $0 < bytes }) + sizes.filter { $0 >= bytes }.prefix(1)
  }

  /// The base policy with other sizes, the largest a power of two, each with the order that suits it.
  static func policy(_ classes: [ClassOptimizer.Class], _ base: Policy, of name: String) -> Policy {
    var policy = base
    policy.name = "advised"
    policy.summary = "\(classes.count) general caches derived from \(name)"
    let largest = classes.last?.size ?? 8
    let end = EngineConfiguration.powersOfTwo.first { $0 >= max(largest, 8192) } ?? AllocationProfile.largestSize
    // Powers of two beyond the classes serve what was not seen, and hold nothing until then.
    policy.generalCacheSizes =
      classes.map(\.size) + EngineConfiguration.powersOfTwo.filter { $0 > largest && $0 <= end }
    for one in classes { policy.orders.byStride[one.size] = one.order }
    return policy
  }

  /// The base policy with some classes beside its own, each with its order.
  static func policy(adding classes: [ClassOptimizer.Class], to base: Policy) -> Policy {
    var policy = base
    policy.name = "\(base.name) and skb data"
    let largest = classes.last?.size ?? 8
    // The largest class is a power of two.
    let powers = EngineConfiguration.powersOfTwo.filter { $0 > base.generalCacheSizes.last ?? 0 }
    let last = powers.firstIndex { $0 >= largest } ?? powers.count
    let isLarger = largest > base.generalCacheSizes.last ?? 0
    let end = isLarger ? Array(powers.prefix(last + 1)) : []
    policy.generalCacheSizes = Set(base.generalCacheSizes + classes.map(\.size) + end).sorted()
    for one in classes where !base.generalCacheSizes.contains(one.size) {
      policy.orders.byStride[one.size] = one.order
    }
    return policy
  }

  /// The point of a falling curve that lies furthest below the line from its first finite point to its last.
  private static func knee(of curve: [Double]) -> Int {
    guard let first = curve.firstIndex(where: \.isFinite), curve.count - first > 2 else { return curve.count }
    let (top, bottom) = (curve[first], curve[curve.count - 1])
    guard top > bottom else { return first + 1 }
    let width = Double(curve.count - 1 - first)
    let distances = (first..<curve.count).map { index in
      1 - Double(index - first) / width - (curve[index] - bottom) / (top - bottom)
    }
    return first + (distances.indices.max { distances[$0] < distances[$1] } ?? 0) + 1
  }
}

extension AllocationProfile {
  /// Live objects of each size, as the objective counts them; those of other moments count for a little, so that sizes
  /// that did not happen to live at the peak are not forgotten.
  public func objectiveWeights(_ objective: AdviceOptions.Objective) -> [Double] {
    let seen = zip(liveOnAverage, requests).map { 0.2 * $0.0 + 1e-6 * Double($0.1) }
    return objective == .peak ? zip(liveAtPeak, seen).map { Double($0.0) + $0.1 } : liveOnAverage
  }
}
