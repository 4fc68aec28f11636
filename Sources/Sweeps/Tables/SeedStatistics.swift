import Glibc

/// Mean of a figure over seeds, with its 95 % confidence interval.
package struct SeedStatistics: Sendable, Hashable {
  /// Number of values.
  package let count: Int
  /// Arithmetic mean; 0 without values.
  package let mean: Double
  /// Half of the width of the 95 % confidence interval of the mean, by Student's t distribution; nil for fewer than two values.
  package let halfWidth: Double?

  /// Computes the statistics of some values.
  package init(_ values: [Double]) {
    count = values.count
    // The mean of the differences from the first value is exact if all values are equal.
    let first = values.first ?? 0
    let mean = values.isEmpty ? 0 : first + values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
    self.mean = mean
    guard values.count > 1 else {
      halfWidth = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    halfWidth =
      SeedStatistics.quantile(degreesOfFreedom: values.count - 1) * (variance / Double(values.count)).squareRoot()
  }

  /// Whether the mean differs from 0: the interval does not contain 0. A single value is exact.
  package var differsFromZero: Bool { abs(mean) > halfWidth ?? 0 }

  /// Quantiles 0.975 of Student's t distribution for 1 to 30 degrees of freedom.
  private static let quantiles = [
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
    2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
    2.0452, 2.0423,
  ]

  /// Returns the quantile 0.975 of Student's t distribution. Above 30 degrees of freedom it is the first terms of the
  /// Cornish-Fisher expansion, whose error is below 0.0001.
  static func quantile(degreesOfFreedom degrees: Int) -> Double {
    guard degrees > quantiles.count else { return quantiles[max(1, degrees) - 1] }
    let (z, n) = (1.959964, Double(degrees))
    let cube = z * z * z
    return z + (cube + z) / (4 * n) + (5 * cube * z * z + 16 * cube + 3 * z) / (96 * n * n)
  }
}
