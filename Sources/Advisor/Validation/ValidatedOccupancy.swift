import Telemetry

/// How partial slabs are distributed over eighths of occupancy, in a kernel and in a replay: of the caches that a recording has
/// allocations of, at each later sample.
///
/// The distance of two distributions is the share of slabs that would have to lie in another eighth for the shares of all
/// eighths to be equal.
public struct ValidatedOccupancy: Sendable, Hashable, Encodable {
  /// Partial slabs of one cache by eighths, at each sample.
  public struct Cache: Sendable, Hashable, Encodable {
    /// The cache's name.
    public let cache: String
    /// In the kernel.
    public let kernel: [[Int]]
    /// In the replay.
    public let model: [[Int]]

    /// The mean over the samples of the distance of the two distributions.
    public var distance: Double {
      ValidatedOccupancy.mean(zip(kernel, model).map { ValidatedOccupancy.distance($0, $1) })
    }

    /// Mean number of partial slabs in the kernel and in the replay.
    public var partialSlabs: (kernel: Double, model: Double) {
      func mean(_ samples: [[Int]]) -> Double { ValidatedOccupancy.mean(samples.map { Double($0.reduce(0, +)) }) }
      return (mean(kernel), mean(model))
    }
  }

  /// The caches, those with the most partial slabs in the kernel first.
  public let caches: [Cache]
  /// Partial slabs of all caches by eighths, at each sample, in the kernel.
  public let kernel: [[Int]]
  /// The same in the replay.
  public let model: [[Int]]
  /// At each sample, the distance of the distributions of all slabs together.
  public let distances: [Double]
  /// At each sample, the mean of the caches' distances, each weighted by its partial slabs in the kernel: errors of two caches do
  /// not make up for each other.
  public let distancesByCache: [Double]
  /// At each sample, how far the kernel's own distribution, cache by cache, is from that at the start.
  public let changes: [Double]

  /// The share of slabs that may lie in another eighth.
  public static let allowed = 0.15

  /// Compares caches of which every sample is known.
  /// - Parameter start: partial slabs by eighths at the start, by cache.
  init(_ caches: [Cache], start: [String: [Int]]) {
    self.caches = caches.sorted { ($1.partialSlabs.kernel, $0.cache) < ($0.partialSlabs.kernel, $1.cache) }
    let samples = caches.first?.kernel.count ?? 0
    func sum(_ path: KeyPath<Cache, [[Int]]>) -> [[Int]] {
      (0..<samples).map { sample in
        caches.reduce(into: [Int](repeating: 0, count: SlabOccupancy.parts)) { sums, cache in
          for part in sums.indices { sums[part] += cache[keyPath: path][sample][part] }
        }
      }
    }
    (kernel, model) = (sum(\.kernel), sum(\.model))
    distances = zip(kernel, model).map { ValidatedOccupancy.distance($0, $1) }
    func weighted(_ distance: (Cache, Int) -> Double) -> [Double] {
      (0..<samples).map { sample in
        let weights = caches.map { Double($0.kernel[sample].reduce(0, +)) }
        let total = weights.reduce(0, +)
        guard total > 0 else { return 0 }
        return zip(caches, weights).reduce(0) { $0 + distance($1.0, sample) * $1.1 } / total
      }
    }
    distancesByCache = weighted { ValidatedOccupancy.distance($0.kernel[$1], $0.model[$1]) }
    changes = weighted { cache, sample in
      ValidatedOccupancy.distance(cache.kernel[sample], start[cache.cache] ?? cache.kernel[sample])
    }
  }

  /// Whether the mean distance is at most what is allowed.
  public var isWithinBounds: Bool { ValidatedOccupancy.mean(distances) <= ValidatedOccupancy.allowed }

  /// The share of one distribution that lies in other parts than the other's: half the sum of the differences of shares. 1 if only
  /// one of them has slabs, 0 if neither has.
  static func distance(_ first: [Int], _ second: [Int]) -> Double {
    let (firstTotal, secondTotal) = (first.reduce(0, +), second.reduce(0, +))
    guard firstTotal > 0, secondTotal > 0 else { return firstTotal == secondTotal ? 0 : 1 }
    return zip(first, second).reduce(0) {
      $0 + abs(Double($1.0) / Double(firstTotal) - Double($1.1) / Double(secondTotal))
    } / 2
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  private enum CodingKeys: String, CodingKey {
    case caches, kernel, model, distances, changes, allowed
    case distancesByCache = "distances_by_cache"
    case meanDistance = "mean_distance"
    case meanDistanceByCache = "mean_distance_by_cache"
    case isWithinBounds = "within_bounds"
  }

  /// Encodes every figure under its snake_case name.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(caches, forKey: .caches)
    try object.encode(kernel, forKey: .kernel)
    try object.encode(model, forKey: .model)
    try object.encode(distances, forKey: .distances)
    try object.encode(distancesByCache, forKey: .distancesByCache)
    try object.encode(changes, forKey: .changes)
    try object.encode(ValidatedOccupancy.mean(distances), forKey: .meanDistance)
    try object.encode(ValidatedOccupancy.mean(distancesByCache), forKey: .meanDistanceByCache)
    try object.encode(ValidatedOccupancy.allowed, forKey: .allowed)
    try object.encode(isWithinBounds, forKey: .isWithinBounds)
  }
}

extension ValidatedOccupancy {
  /// Compares the caches of a recording that both sides have; nil if a sample has no occupancy or the replay was not counted by
  /// it.
  init?(_ names: [String], _ account: KernelSamples, _ counts: [[String: ModelReplay.Count]]) {
    guard let before = account.occupancyBefore, account.moments.allSatisfy({ $0.occupancy != nil }) else { return nil }
    let caches = names.compactMap { name -> Cache? in
      let kernel = account.moments.map { $0.occupancy?.caches[name].map { SlabOccupancy.eighths($0.slabsByOccupancy) } }
      let model = counts.dropFirst().map { $0[name]?.eighths }
      guard kernel.allSatisfy({ $0 != nil }), model.allSatisfy({ $0 != nil }) else { return nil }
      return Cache(cache: name, kernel: kernel.compactMap(\.self), model: model.compactMap(\.self))
    }
    guard !caches.isEmpty else { return nil }
    self.init(caches, start: before.caches.mapValues { SlabOccupancy.eighths($0.slabsByOccupancy) })
  }
}

extension SlabOccupancy {
  /// Partial slabs by eighths: `slabsByOccupancy` without the empty and the full ones.
  static func eighths(_ counts: [Int]) -> [Int] { Array(counts.dropFirst().dropLast()) }
}
