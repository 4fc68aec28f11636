import Workloads

/// One set of classes for several recordings: the best set for their sum, and the best set for the recording with the worst ratio.
package struct JointAdvice: Sendable {
  /// Slab memory of a set of classes on one recording, relative to the best set for it.
  package struct Ratio: Sendable {
    /// Name of the recording.
    package let name: String
    /// Slab memory relative to the recording's own best set of as many classes, by the model; 1 is the best possible.
    package let ratio: Double
  }

  /// Classes that take the least slab memory for all recordings together.
  package let forSum: [ClassOptimizer.Class]
  /// Ratio of each recording with `forSum`.
  package let sumRatios: [Ratio]
  /// Classes with the lowest worst ratio. The candidates are `forSum`, the best set if each recording has the same weight, and the
  /// best set of each recording.
  package let forWorst: [ClassOptimizer.Class]
  /// Ratio of each recording with `forWorst`.
  package let worstRatios: [Ratio]

  /// Derives both sets.
  /// - Throws: `AdviceError`.
  package init(for demands: [SizeDemand], _ options: AdviceOptions) throws {
    forSum = try ClassCurve(for: demands, options).classes(upTo: options.classes)
    // The recordings' own sets have no more classes, so that the ratios compare sets of the same length.
    var options = options
    options.classes = options.classes ?? forSum.count
    let scaled = demands.map(JointAdvice.scaledToEqualBytes)
    func best(_ demands: [SizeDemand]) throws(AdviceError) -> [ClassOptimizer.Class] {
      try ClassCurve(for: demands, options).classes(upTo: options.classes)
    }
    let own = try demands.map { try best([$0]) }
    let candidates = [forSum, try best(scaled)] + own
    func ratios(_ classes: [ClassOptimizer.Class]) -> [Ratio] {
      zip(demands, own).map { demand, best in
        let bytes = JointAdvice.slabBytes(classes, demand, options)
        let least = JointAdvice.slabBytes(best, demand, options)
        return Ratio(name: demand.name, ratio: least > 0 ? bytes / least : 1)
      }
    }
    sumRatios = ratios(forSum)
    let rated = candidates.map { ($0, ratios($0)) }
    let best = rated.min { ($0.1.map(\.ratio).max() ?? 0) < ($1.1.map(\.ratio).max() ?? 0) }
    (forWorst, worstRatios) = best ?? (forSum, sumRatios)
  }

  /// Returns a demand whose live objects are scaled, so that every demand has the same requested bytes at its peak.
  private static func scaledToEqualBytes(_ demand: SizeDemand) -> SizeDemand {
    var scaled = demand
    let bytes = Double(max(1, demand.peakBytes))
    scaled.liveAtPeak = demand.liveAtPeak.map { Int(Double($0) / bytes * 1e9) }
    scaled.liveOnAverage = demand.liveOnAverage.map { $0 / bytes * 1e9 }
    return scaled
  }

  /// Returns the slab memory of a demand's live objects in some classes in bytes, by the model.
  private static func slabBytes(
    _ classes: [ClassOptimizer.Class], _ demand: SizeDemand, _ options: AdviceOptions
  ) -> Double {
    let set = ClassSet(name: "", sizes: Advice.policy(classes, options.base, of: "").generalCacheSizes)
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    var objects: [Int: Double] = [:]
    for (size, weight) in zip(demand.sizes, demand.objectiveWeights(options.objective)) {
      objects[set.size(for: size), default: 0] += weight
    }
    return objects.sorted { $0.key < $1.key }.reduce(0.0) { $0 + costs.cost(size: $1.key, objects: $1.value).bytes }
  }
}
