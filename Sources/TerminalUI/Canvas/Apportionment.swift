/// Divides `total` cells among parts in proportion to their weights, by the method of the largest remainder (Hamilton's
/// method): each part gets the integral number of cells of its quota, and the remaining cells go to the parts with the
/// largest fractions; if two fractions are equal, the earlier part gets the cell.
///
/// - Parameters:
///   - total: Number of cells to divide.
///   - weights: Weight of each part. A negative, infinite or NaN weight is treated as 0.
///   - minimumOneCell: Whether each part of positive weight gets at least one cell, taken from the largest part. Has no effect
///     if there are more such parts than cells.
/// - Returns: Number of cells of each part. The numbers sum to `total`, or are all 0 if no weight is positive.
/// - Complexity: O(n log n) in the number of parts; with `minimumOneCell`, O(n²) in the worst case.
public func apportion(_ total: Int, by weights: [Double], minimumOneCell: Bool = false) -> [Int] {
  let weights = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
  let sum = weights.reduce(0, +)
  guard total > 0, sum > 0, sum.isFinite else { return weights.map { _ in 0 } }

  // Fast path: most bars have only one part of positive weight.
  if let only = weights.firstIndex(of: sum) { return weights.indices.map { $0 == only ? total : 0 } }

  let quotas = weights.map { $0 / sum * Double(total) }
  var shares = quotas.map { Int($0) }
  let byRemainder = weights.indices.filter { weights[$0] > 0 }.sorted { left, right in
    let leftRemainder = quotas[left] - Double(shares[left])
    let rightRemainder = quotas[right] - Double(shares[right])
    return (rightRemainder, left) < (leftRemainder, right)
  }
  for index in byRemainder.prefix(max(0, total - shares.reduce(0, +))) { shares[index] += 1 }

  guard minimumOneCell, byRemainder.count <= total else { return shares }
  for index in weights.indices where weights[index] > 0 && shares[index] == 0 {
    guard let largest = shares.indices.max(by: { shares[$0] < shares[$1] }) else { break }
    shares[largest] -= 1
    shares[index] = 1
  }
  return shares
}
