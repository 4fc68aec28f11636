public import Recordings
import Workloads

/// Whether advice carries: derived from the first half of the events, held against the second.
public struct Holdout: Sendable {
  /// Classes derived from the first half.
  public let classes: [Int]
  /// The share of bytes of the second half's live objects that nobody asked for, with those classes and with Linux's.
  public let roundingShare: Double
  /// With Linux's sizes.
  public let linuxRoundingShare: Double
  /// How far apart the two halves' distributions of live bytes by size are: 0 the same, 1 nothing in common
  /// (Kolmogorov-Smirnov).
  public let distance: Double

  /// The share by which rounding is lower than with Linux's classes.
  public var reduction: Double { linuxRoundingShare == 0 ? 0 : 1 - roundingShare / linuxRoundingShare }

  /// Whether the halves are too unlike for the advice to carry.
  public var isUnlike: Bool { distance > 0.5 }

  /// - Throws: `AdviceError` where a half has too little in it, what the source throws, and `EngineError`.
  public init(of source: any AllocationEventSource, events: Int, _ options: AdviceOptions) throws {
    let first = try AllocationProfile(of: source, upTo: events / 2)
    let second = try AllocationProfile(of: source, from: events / 2, upTo: events)
    try self.init(derivedFrom: first, heldAgainst: second, options)
  }

  /// The same with two recordings, or two parts of one.
  init(derivedFrom first: AllocationProfile, heldAgainst second: AllocationProfile, _ options: AdviceOptions) throws {
    let (classes, _) = try Advice.classes(for: [first], options)
    let advised = ClassSet(
      name: "advised", sizes: Advice.policy(classes, options.base, of: first.name).generalCacheSizes)
    let weights = second.objectiveWeights(options.objective)
    self.classes = classes.map(\.size)
    roundingShare = advised.roundingShare(second.sizes, weights)
    linuxRoundingShare = ClassSet.linux.roundingShare(second.sizes, weights)
    distance = Holdout.distance(first, second, options.objective)
  }

  private static func distance(
    _ first: AllocationProfile, _ second: AllocationProfile, _ objective: AdviceOptions.Objective
  ) -> Double {
    func bytes(_ profile: AllocationProfile) -> [Int: Double] {
      Dictionary(
        zip(profile.sizes, profile.objectiveWeights(objective)).map { ($0.0, Double($0.0) * $0.1) }, uniquingKeysWith: +
      )
    }
    let (left, right) = (bytes(first), bytes(second))
    let keys = Set(left.keys).union(right.keys).sorted()
    let totals = (keys.reduce(0.0) { $0 + (left[$1] ?? 0) }, keys.reduce(0.0) { $0 + (right[$1] ?? 0) })
    guard totals.0 > 0, totals.1 > 0 else { return 1 }
    var (sums, distance) = ((0.0, 0.0), 0.0)
    for key in keys {
      sums.0 += (left[key] ?? 0) / totals.0
      sums.1 += (right[key] ?? 0) / totals.1
      distance = max(distance, abs(sums.0 - sums.1))
    }
    return distance
  }
}
