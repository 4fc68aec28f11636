import Workloads

/// One set of classes for several recordings: the one that is best for all of them together, and the one that is best
/// for the one that fares worst.
public struct JointAdvice: Sendable {
  /// How a set fares with one recording.
  public struct Fare: Sendable {
    /// The recording.
    public let name: String
    /// Bytes held, by the model, against those of its own best set of as many classes: 1 where it could not be better.
    public let ratio: Double
  }

  /// Classes for the sum of all.
  public let forSum: [ClassOptimizer.Class]
  /// How each recording fares with those.
  public let sumFares: [Fare]
  /// Classes for the worst of them: of the sum's, the sum's with each recording weighing the same, and each recording's
  /// own, the set whose worst ratio is least.
  public let forWorst: [ClassOptimizer.Class]
  /// How each recording fares with those.
  public let worstFares: [Fare]

  /// - Throws: `AdviceError`.
  public init(for profiles: [AllocationProfile], _ options: AdviceOptions) throws {
    forSum = try Advice.classes(for: profiles, options).classes
    let equal = profiles.map { profile in
      var scaled = profile
      let bytes = Double(max(1, profile.peakBytes))
      scaled.liveAtPeak = profile.liveAtPeak.map { Int(Double($0) / bytes * 1e9) }
      scaled.liveOnAverage = profile.liveOnAverage.map { $0 / bytes * 1e9 }
      return scaled
    }
    let own = try profiles.map { try Advice.classes(for: [$0], options).classes }
    let candidates = [forSum, try Advice.classes(for: equal, options).classes] + own
    func fares(_ classes: [ClassOptimizer.Class]) -> [Fare] {
      zip(profiles, own).map { profile, best in
        let (held, least) = (JointAdvice.held(classes, profile, options), JointAdvice.held(best, profile, options))
        return Fare(name: profile.name, ratio: least > 0 ? held / least : 1)
      }
    }
    sumFares = fares(forSum)
    let judged = candidates.map { ($0, fares($0)) }
    let worst = judged.min { ($0.1.map(\.ratio).max() ?? 0) < ($1.1.map(\.ratio).max() ?? 0) }
    (forWorst, worstFares) = worst ?? (forSum, sumFares)
  }

  /// Bytes that a profile's objects hold in some classes, by the model.
  private static func held(
    _ classes: [ClassOptimizer.Class], _ profile: AllocationProfile, _ options: AdviceOptions
  ) -> Double {
    let set = ClassSet(
      name: "", sizes: Advice.policy(classes, options.base, of: "").generalCacheSizes)
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    var objects: [Int: Double] = [:]
    for (size, weight) in zip(profile.sizes, profile.objectiveWeights(options.objective)) {
      objects[set.size(for: size), default: 0] += weight
    }
    return objects.sorted { $0.key < $1.key }.reduce(0.0) { $0 + costs.cost(size: $1.key, objects: $1.value).bytes }
  }
}
