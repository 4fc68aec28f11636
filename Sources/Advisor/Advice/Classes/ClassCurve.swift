import SlabEngine
import Workloads

/// Slab memory against the number of size classes, by the model: the best set of 1, 2, ... classes for some workloads.
package struct ClassCurve: Sendable {
  /// The best set of a number of classes.
  package struct Point: Sendable {
    /// Classes of the set.
    package let classes: [ClassOptimizer.Class]
    /// Bytes of the slabs that the objective's live objects take, without the page of each class.
    package let slabBytes: Double
    /// Bytes of the slabs that the average number of live objects takes, with a page for each class in use.
    package let meanSlabBytes: Double
    /// Share of the bytes of the objective's live objects that rounding up to the classes takes.
    package let roundingShare: Double

    /// `slabBytes` with a page for each class in use, however few its objects are.
    package var slabBytesWithOverhead: Double {
      slabBytes + Double(ClassCurve.pageBytes * classes.count { $0.objects > 0 })
    }
  }

  /// Share of the least slab memory that the knee may take more.
  package static let kneeTolerance = 0.01
  private static let pageBytes = 4096
  /// Number of classes up to which the curve is computed at least.
  private static let leastLength = 24

  /// Ascending numbers of classes. The first is the number of classes that have to stay, or 1; the last is at most the number of
  /// distinct request sizes.
  package let points: [Point]

  /// The number of classes at the knee: the fewest whose slab memory, with a page for each class in use, is within 1 % of the
  /// least on the curve. Each further class saves little.
  package var knee: Int { kneePoint.classes.count }

  /// The number of classes that takes the least slab memory, with a page for each class in use.
  package var leastCount: Int { least.classes.count }

  private var least: Point {
    points.min { $0.slabBytesWithOverhead < $1.slabBytesWithOverhead } ?? points[0]
  }

  private var kneePoint: Point {
    let limit = least.slabBytesWithOverhead * (1 + ClassCurve.kneeTolerance)
    return points.first { $0.slabBytesWithOverhead <= limit } ?? points[0]
  }

  /// Computes the curve for some workloads together.
  /// - Parameters:
  ///   - demands: Demands whose live objects are added.
  ///   - options: Parameters of the advisor.
  ///   - keeping: Sizes that have to be classes of every set.
  /// - Throws: `AdviceError` if a demand is of too few events or has no requests by size, or if `options.classes` is less than the number
  ///   of classes that have to stay.
  /// - Complexity: O(classes x sizes^2 / 8).
  package init(
    for demands: [SizeDemand], _ options: AdviceOptions, keeping: [Int] = []
  ) throws(AdviceError) {
    var weights: [Int: Double] = [:]
    var means: [Int: Double] = [:]
    for demand in demands {
      try Advice.check(demand)
      for (index, weight) in demand.objectiveWeights(options.objective).enumerated() {
        weights[demand.sizes[index], default: 0] += weight
        means[demand.sizes[index], default: 0] += demand.liveOnAverage[index]
      }
    }
    let sizes = weights.keys.sorted()
    let powers = options.keepsPowersOfTwo ? ClassCurve.powersOfTwo(upTo: sizes.last ?? 8) : []
    let kept = Set(keeping + powers).sorted()
    let costs = ClassCosts(orders: options.orders, overheadBytes: 0)
    let optimizer = ClassOptimizer(
      sizes: sizes, weights: sizes.map { weights[$0] ?? 0 }, costs: costs, keeping: kept)
    let length = max(options.classes ?? 0, ClassCurve.leastLength, kept.count + ClassCurve.leastLength / 2)
    let sets = optimizer.bestSets(upTo: length)
    points = sets.filter(\.slabBytes.isFinite).map { set in
      ClassCurve.point(set, sizes, weights: weights, means: means, costs: costs)
    }
    let asked = options.classes ?? length
    guard let first = points.first, first.classes.count <= asked else {
      throw .tooFewClasses(asked: asked, needed: points.first?.classes.count ?? kept.count)
    }
  }

  private static func point(
    _ best: (slabBytes: Double, classes: [ClassOptimizer.Class]), _ sizes: [Int], weights: [Int: Double],
    means: [Int: Double], costs: ClassCosts
  ) -> Point {
    let set = ClassSet(name: "", sizes: best.classes.map(\.size))
    var live: [Int: Double] = [:]
    for size in sizes { live[set.size(for: size), default: 0] += means[size] ?? 0 }
    let used = live.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    let mean = used.reduce(0.0) { $0 + costs.cost(size: $1.key, objects: $1.value).bytes + Double(pageBytes) }
    return Point(
      classes: best.classes, slabBytes: best.slabBytes, meanSlabBytes: mean,
      roundingShare: set.roundingShare(sizes, sizes.map { weights[$0] ?? 0 }))
  }

  /// Classes of the best set: at the knee if `limit` is nil, else those that take the least slab memory among the sets of at most
  /// `limit` classes.
  package func classes(upTo limit: Int?) -> [ClassOptimizer.Class] {
    guard let limit else { return kneePoint.classes }
    return points.prefix { $0.classes.count <= limit }.min { $0.slabBytes < $1.slabBytes }?.classes ?? []
  }

  /// The powers of two up to the one that serves a request.
  private static func powersOfTwo(upTo bytes: Int) -> [Int] {
    let sizes = EngineConfiguration.powersOfTwo
    return Array(sizes.prefix { $0 < bytes }) + sizes.filter { $0 >= bytes }.prefix(1)
  }
}
