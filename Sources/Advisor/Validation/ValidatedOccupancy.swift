import Telemetry

/// Comparison of the distribution of partial slabs over eighths of occupancy in the kernel and in the replay, at each sample.
///
/// The distance of two distributions is the share of slabs that would have to move to another eighth to make the distributions
/// equal (the total variation distance).
package struct ValidatedOccupancy: Sendable, Hashable, Encodable {
  /// Partial slabs of one cache by eighths at each sample.
  package struct Cache: Sendable, Hashable, Encodable {
    /// Name of the cache.
    package let cache: String
    /// Number of partial slabs in the kernel: for each sample, by eighths.
    package let kernel: [[Int]]
    /// Number of partial slabs in the replay: for each sample, by eighths.
    package let model: [[Int]]

    /// Mean distance of the two distributions over the samples.
    package var distance: Double {
      ValidatedOccupancy.mean(zip(kernel, model).map { ValidatedOccupancy.distance($0, $1) })
    }

    /// Mean number of partial slabs over the samples, in the kernel and in the replay.
    package var partialSlabs: (kernel: Double, model: Double) {
      func mean(_ samples: [[Int]]) -> Double { ValidatedOccupancy.mean(samples.map { Double($0.reduce(0, +)) }) }
      return (mean(kernel), mean(model))
    }
  }

  /// Caches, in descending order of the mean number of partial slabs in the kernel.
  package let caches: [Cache]
  /// Number of partial slabs of all caches in the kernel: for each sample, by eighths.
  package let kernel: [[Int]]
  /// Number of partial slabs of all caches in the replay: for each sample, by eighths.
  package let model: [[Int]]
  /// Distance of the distributions of all caches together, for each sample.
  package let distances: [Double]
  /// Mean of the distances of the caches, weighted by their partial slabs in the kernel, for each sample. Opposite errors of two
  /// caches do not cancel out.
  package let distancesByCache: [Double]
  /// Distance of the kernel's distribution from its initial distribution, as the weighted mean over the caches, for each sample.
  package let kernelChanges: [Double]

  /// Maximum mean distance of a valid model.
  package static let allowed = 0.15

  /// Compares caches.
  /// - Parameter start: Number of partial slabs by eighths in the initial sample, by name of the cache.
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
    kernelChanges = weighted { cache, sample in
      ValidatedOccupancy.distance(cache.kernel[sample], start[cache.cache] ?? cache.kernel[sample])
    }
  }

  /// Whether the mean distance is at most ``allowed``.
  package var isWithinBounds: Bool { ValidatedOccupancy.mean(distances) <= ValidatedOccupancy.allowed }

  /// Returns the distance of two distributions: half the sum of the absolute differences of their shares. It is 1 if only one
  /// of them has slabs, and 0 if neither has.
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
    case caches, kernel, model, distances, allowed
    case kernelChanges = "changes"
    case distancesByCache = "distances_by_cache"
    case meanDistance = "mean_distance"
    case meanDistanceByCache = "mean_distance_by_cache"
    case isWithinBounds = "within_bounds"
  }

  /// Encodes every figure under its snake_case name.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(caches, forKey: .caches)
    try object.encode(kernel, forKey: .kernel)
    try object.encode(model, forKey: .model)
    try object.encode(distances, forKey: .distances)
    try object.encode(distancesByCache, forKey: .distancesByCache)
    try object.encode(kernelChanges, forKey: .kernelChanges)
    try object.encode(ValidatedOccupancy.mean(distances), forKey: .meanDistance)
    try object.encode(ValidatedOccupancy.mean(distancesByCache), forKey: .meanDistanceByCache)
    try object.encode(ValidatedOccupancy.allowed, forKey: .allowed)
    try object.encode(isWithinBounds, forKey: .isWithinBounds)
  }
}

extension ValidatedOccupancy {
  /// Compares the caches that both the kernel and the replay have.
  ///
  /// Returns nil if a sample does not contain the occupancy, or if the replay's slabs were not counted by occupancy.
  init?(_ names: [String], _ samples: KernelSamples, _ counts: [[String: ModelReplay.Count]]) {
    guard let before = samples.initialOccupancy, samples.laterSamples.allSatisfy({ $0.occupancy != nil }) else {
      return nil
    }
    let caches = names.compactMap { name -> Cache? in
      let kernel = samples.laterSamples.map {
        $0.occupancy?.caches[name].map { SlabOccupancy.eighths($0.slabsByOccupancy) }
      }
      let model = counts.dropFirst().map { $0[name]?.eighths }
      guard kernel.allSatisfy({ $0 != nil }), model.allSatisfy({ $0 != nil }) else { return nil }
      return Cache(cache: name, kernel: kernel.compactMap(\.self), model: model.compactMap(\.self))
    }
    guard !caches.isEmpty else { return nil }
    self.init(caches, start: before.caches.mapValues { SlabOccupancy.eighths($0.slabsByOccupancy) })
  }
}

extension SlabOccupancy {
  /// Returns the number of partial slabs by eighths: `slabsByOccupancy` without the empty and the full slabs.
  static func eighths(_ counts: [Int]) -> [Int] { Array(counts.dropFirst().dropLast()) }
}
