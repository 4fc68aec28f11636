import Profiles
import Workloads

/// Cross-validation of advice: classes derived from one part of the events, judged on another part.
package struct Holdout: Sendable {
  /// Sizes of the classes that the first part gives.
  package let classes: [Int]
  /// Share of the bytes of the second part's live objects that rounding up to those classes takes.
  package let roundingShare: Double
  /// Share that rounding takes with the size classes of Linux.
  package let linuxRoundingShare: Double
  /// Kolmogorov-Smirnov distance of the two parts' distributions of live bytes by size: 0 if they are the same, 1 if they have no
  /// size in common.
  package let distance: Double

  /// Reduction of rounding relative to Linux's sizes, as a share.
  package var reduction: Double { linuxRoundingShare == 0 ? 0 : 1 - roundingShare / linuxRoundingShare }

  /// Whether the parts differ so much that the advice may not be valid for other traffic.
  package var isUnlike: Bool { distance > 0.5 }

  /// Derives classes from one demand, and judges them on another.
  /// - Throws: `AdviceError` if one of them is of too few events or requests.
  init(derivedFrom first: SizeDemand, judgedOn second: SizeDemand, _ options: AdviceOptions) throws {
    try Advice.check(second)
    let classes = try ClassCurve(for: [first], options).classes(upTo: options.classes)
    let advised = ClassSet(
      name: "advised", sizes: Advice.policy(classes, options.base, of: first.name).generalCacheSizes)
    let weights = second.objectiveWeights(options.objective)
    self.classes = classes.map(\.size)
    roundingShare = advised.roundingShare(second.sizes, weights)
    linuxRoundingShare = ClassSet.linux.roundingShare(second.sizes, weights)
    distance = Holdout.distance(first, second, options.objective)
  }

  /// Returns the largest difference of the two cumulative distributions of live bytes by size.
  private static func distance(
    _ first: SizeDemand, _ second: SizeDemand, _ objective: AdviceOptions.Objective
  ) -> Double {
    func liveBytes(_ demand: SizeDemand) -> [Int: Double] {
      let pairs = zip(demand.sizes, demand.objectiveWeights(objective)).map { ($0, Double($0) * $1) }
      return Dictionary(pairs, uniquingKeysWith: +)
    }
    let (left, right) = (liveBytes(first), liveBytes(second))
    let sizes = Set(left.keys).union(right.keys).sorted()
    let totals = (sizes.reduce(0.0) { $0 + (left[$1] ?? 0) }, sizes.reduce(0.0) { $0 + (right[$1] ?? 0) })
    guard totals.0 > 0, totals.1 > 0 else { return 1 }
    var (sums, distance) = ((0.0, 0.0), 0.0)
    for size in sizes {
      sums.0 += (left[size] ?? 0) / totals.0
      sums.1 += (right[size] ?? 0) / totals.1
      distance = max(distance, abs(sums.0 - sums.1))
    }
    return distance
  }
}
