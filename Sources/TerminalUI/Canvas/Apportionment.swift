/// Divides `total` cells among parts in proportion to their weights, by the method of the largest remainder (Hamilton's
/// method, known from the apportionment of seats): each part gets the whole cells of its quota, and those left over go
/// to the parts with the largest fractions, the earlier part winning a tie.
///
/// The result sums to `total` exactly, or is all zero if no weight is positive. Weights that are negative or not finite
/// count as nothing.
///
/// - Parameter visible: whether each part of positive weight is to get one cell at least, taken from the part that has
///   the most. Has no effect where there are more such parts than cells.
/// - Complexity: O(n log n) in the number of parts; with `visible`, O(n²) at worst.
public func apportion(_ total: Int, by weights: [Double], visible: Bool = false) -> [Int] {
  let weights = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
  let sum = weights.reduce(0, +)
  guard total > 0, sum > 0, sum.isFinite else { return weights.map { _ in 0 } }

  // Nothing to divide: most bars have one part.
  if let only = weights.firstIndex(of: sum) { return weights.indices.map { $0 == only ? total : 0 } }

  let quotas = weights.map { $0 / sum * Double(total) }
  var shares = quotas.map { Int($0) }
  let byRemainder = weights.indices.filter { weights[$0] > 0 }.sorted { left, right in
    let leftRemainder = quotas[left] - Double(shares[left])
    let rightRemainder = quotas[right] - Double(shares[right])
    return (rightRemainder, left) < (leftRemainder, right)
  }
  for index in byRemainder.prefix(max(0, total - shares.reduce(0, +))) { shares[index] += 1 }

  guard visible, byRemainder.count <= total else { return shares }
  for index in weights.indices where weights[index] > 0 && shares[index] == 0 {
    guard let richest = shares.indices.max(by: { shares[$0] < shares[$1] }) else { break }
    shares[richest] -= 1
    shares[index] = 1
  }
  return shares
}
