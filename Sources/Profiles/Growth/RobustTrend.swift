/// Trend statistics that single outliers and bursts do not change.
enum RobustTrend {
  /// Returns the slope of a line through points: the median of the slopes of all pairs (H. Theil, "A rank-invariant method of linear
  /// and polynomial regression analysis", 1950; P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968).
  /// Up to 29 % of the points can be outliers without effect.
  /// - Parameter times: Ascending; pairs of equal times are left out.
  /// - Returns: The slope; 0 if there are fewer than two different times.
  /// - Complexity: O(n^2 log n).
  static func slope(_ times: [Double], _ values: [Double]) -> Double {
    var slopes: [Double] = []
    slopes.reserveCapacity(times.count * times.count / 2)
    for last in times.indices {
      for first in 0..<last where times[last] > times[first] {
        slopes.append((values[last] - values[first]) / (times[last] - times[first]))
      }
    }
    return median(&slopes) ?? 0
  }

  /// Returns the excess of pairs that increase over pairs that decrease, as a share (-1...1) of all pairs: Kendall's tau against
  /// time, the statistic of the Mann-Kendall trend test (H. B. Mann, "Nonparametric tests against trend", 1945). 1 if each value
  /// is larger than all before it.
  /// - Returns: Tau; 0 if there are fewer than two values.
  /// - Complexity: O(n^2).
  static func tau(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    var excess = 0
    for last in values.indices {
      for first in 0..<last {
        excess += values[last] > values[first] ? 1 : values[last] < values[first] ? -1 : 0
      }
    }
    return Double(2 * excess) / Double(values.count * (values.count - 1))
  }

  /// Returns the correlation (-1...1) of the ranks of two lists of equal length (C. Spearman, 1904); nil if one of them is constant.
  /// - Complexity: O(n log n).
  static func rankCorrelation(_ one: [Double], _ other: [Double]) -> Double? {
    let (first, second) = (ranks(one), ranks(other))
    let mean = Double(one.count - 1) / 2
    var (product, squares, otherSquares) = (0.0, 0.0, 0.0)
    for (rank, otherRank) in zip(first, second) {
      product += (rank - mean) * (otherRank - mean)
      squares += (rank - mean) * (rank - mean)
      otherSquares += (otherRank - mean) * (otherRank - mean)
    }
    guard squares > 0, otherSquares > 0 else { return nil }
    return product / (squares * otherSquares).squareRoot()
  }

  /// Returns the rank of each value, from 0; equal values have the mean of their ranks.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for index in start..<end { ranks[order[index]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func median(_ values: inout [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    values.sort()
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }
}
