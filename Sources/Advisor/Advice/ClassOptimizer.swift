/// Finds the set of at most so many classes that holds the fewest bytes: exactly, by dynamic programming over the request
/// sizes in ascending order. The last class of a best set for the sizes up to `j` serves those above some `i`; what is
/// below is a best set of one class less for the sizes up to `i`.
///
///     best[k][j] = min over i < j of best[k - 1][i] + cost(size j serves the objects of sizes i+1 ... j)
///
/// Costs are no Monge array, since the order of a class depends on how many objects it has, so that the usual monotone
/// speed-ups do not hold. Instead eight `i` are looked at at once, and all `k` for each `j`, whose costs are worked out
/// once.
/// - Complexity: O(k n^2 / 8) for k classes and n sizes, O(k n) memory.
public struct ClassOptimizer: Sendable {
  /// One class of a set.
  public struct Class: Sendable, Hashable {
    /// Bytes of an object.
    public var size: Int
    /// The page order that suits it best.
    public var order: Int
    /// Objects that it serves: live ones, at the peak or on average.
    public var objects: Double
    /// Bytes that those asked for.
    public var requestedBytes: Double
    /// Bytes that it holds for them.
    public var heldBytes: Double
  }

  private typealias Block = SIMD8<Double>

  private let sizes: [Int]
  private let weights: [Double]
  private let costs: ClassCosts
  /// Whether sizes are ends of classes that have to be there.
  private let isForced: [Bool]
  /// Sums of the weights of the sizes before each, in blocks of eight, and one by one.
  private let before: [Double]
  private let beforeBlocks: [Block]

  /// - Parameters:
  ///   - sizes: request sizes in bytes, ascending, each once.
  ///   - weights: objects of each that live.
  ///   - keeping: sizes that have to be classes, whatever they cost.
  public init(sizes: [Int], weights: [Double], costs: ClassCosts, keeping: [Int] = []) {
    // Requests that round up to one size are one.
    var merged: [(size: Int, weight: Double, isForced: Bool)] = []
    let all = (zip(sizes, weights).map { (costs.classSize(for: $0.0), $0.1, false) } + keeping.map { ($0, 0, true) })
      .sorted { $0.0 < $1.0 }
    for (size, weight, isForced) in all {
      if merged.last?.size == size {
        merged[merged.count - 1].weight += weight
        merged[merged.count - 1].isForced = merged[merged.count - 1].isForced || isForced
      } else {
        merged.append((size, weight, isForced))
      }
    }
    self.sizes = merged.map(\.size)
    self.weights = merged.map(\.weight)
    isForced = merged.map(\.isForced)
    self.costs = costs
    var sums = [0.0]
    for weight in self.weights { sums.append(sums[sums.count - 1] + weight) }
    before = sums
    beforeBlocks = ClassOptimizer.blocks(sums)
  }

  /// Distinct sizes that classes may have.
  public var candidates: Int { sizes.count }

  /// The best sets of 1, 2, ... classes, `most` at most: each with what it holds. Sets that can't be, since more
  /// sizes have to be kept, are empty and hold infinitely much.
  public func bestSets(upTo most: Int) -> [(heldBytes: Double, classes: [Class])] {
    let (count, most) = (sizes.count, min(most, max(sizes.count, 1)))
    guard count > 0, most > 0 else { return [] }
    // best[k][j]: sizes before j served by k classes; k = 0 serves none.
    var best = [[Block]](
      repeating: [Block](repeating: Block(repeating: .infinity), count: beforeBlocks.count), count: most + 1)
    best[0][0][0] = 0
    var row: [Block] = []
    for end in 1...count {
      fillRow(end, into: &row)
      let (block, lane) = (end / 8, end % 8)
      for k in 1...min(most, end) {
        var least = Block(repeating: .infinity)
        let previous = best[k - 1]
        for index in row.indices { least = pointwiseMin(least, previous[index] + row[index]) }
        best[k][block][lane] = least.min()
      }
    }
    return (1...most).map { k in
      let held = best[k][count / 8][count % 8]
      return (held, held.isFinite ? classes(k, best) : [])
    }
  }

  /// What it costs to serve the sizes from each start up to `end` by one class of size `end - 1`; infinite where that
  /// can't be.
  private func fillRow(_ end: Int, into row: inout [Block]) {
    let size = sizes[end - 1]
    row.removeAll(keepingCapacity: true)
    let lines = costs.lines(size: size)
    for block in 0...(end - 1) / 8 {
      let objects = Block(repeating: before[end]) - beforeBlocks[block]
      var cost = Block(repeating: .infinity)
      for line in lines { cost = pointwiseMin(cost, objects * line.each + line.fixed) }
      // A class without objects holds nothing.
      cost.replace(with: 0, where: objects .<= 0)
      row.append(cost)
    }
    for start in end..<row.count * 8 { row[start / 8][start % 8] = .infinity }
    // No class may serve sizes on both sides of one that has to be a class.
    if let forced = (0..<end - 1).last(where: { isForced[$0] }) {
      for start in 0...forced { row[start / 8][start % 8] = .infinity }
    }
  }

  /// Walks back from the last size to the first.
  private func classes(_ k: Int, _ best: [[Block]]) -> [Class] {
    var (end, classes, row): (Int, [Class], [Block]) = (sizes.count, [], [])
    for k in stride(from: k, through: 1, by: -1) {
      fillRow(end, into: &row)
      var found = (start: 0, cost: Double.infinity)
      for start in 0..<end {
        let cost = best[k - 1][start / 8][start % 8] + row[start / 8][start % 8]
        if cost < found.cost { found = (start, cost) }
      }
      let objects = before[end] - before[found.start]
      let requested = (found.start..<end).reduce(0.0) { $0 + weights[$1] * Double(sizes[$1]) }
      let (held, order) = costs.cost(size: sizes[end - 1], objects: objects)
      classes.append(
        Class(size: sizes[end - 1], order: order, objects: objects, requestedBytes: requested, heldBytes: held))
      end = found.start
    }
    return classes.reversed()
  }

  private static func blocks(_ values: [Double]) -> [Block] {
    stride(from: 0, to: values.count, by: 8).map { start in
      var block = Block(repeating: .infinity)
      for lane in 0..<min(8, values.count - start) { block[lane] = values[start + lane] }
      return block
    }
  }
}
