/// Exact optimiser of size classes: finds the sets of 1, 2, ... classes that take the least slab memory, by dynamic programming
/// over the request sizes in ascending order. The last class of a best set for the sizes up to `j` serves the sizes above some `i`;
/// the other classes are a best set of one class less for the sizes up to `i`.
///
///     best[k][j] = min over i < j of best[k - 1][i] + cost(size j serves the objects of sizes i+1 ... j)
///
/// The costs are not a Monge array, because the page order of a class depends on its number of objects, so the usual monotone
/// speed-ups are not valid. Instead the costs of each `j` are computed once for all `k`, for eight `i` at a time.
/// - Complexity: O(k n^2 / 8) time for k classes and n sizes, O(k n) memory.
package struct ClassOptimizer: Sendable {
  /// One class of a set.
  package struct Class: Sendable, Hashable {
    /// Bytes of an object.
    package var size: Int
    /// Page order that takes the least slab memory for its objects.
    package var order: Int
    /// Live objects that it serves, at the peak or on average.
    package var objects: Double
    /// Requested bytes of those objects.
    package var requestedBytes: Double
    /// Bytes of its slabs for those objects, by the model.
    package var slabBytes: Double
  }

  private typealias Block = SIMD8<Double>

  private let sizes: [Int]
  private let weights: [Double]
  private let costs: ClassCosts
  /// Whether each size must be a class.
  private let isForced: [Bool]
  /// Sum of the weights of the sizes before each size.
  private let before: [Double]
  /// The sums of `before` in blocks of eight.
  private let beforeBlocks: [Block]

  /// Creates an optimiser.
  /// - Parameters:
  ///   - sizes: request sizes in bytes, ascending, each once.
  ///   - weights: live objects of each size.
  ///   - costs: cost model that gives the slab memory of a class.
  ///   - keeping: sizes that have to be classes of every set.
  package init(sizes: [Int], weights: [Double], costs: ClassCosts, keeping: [Int] = []) {
    // Sizes that are the same after alignment are one size.
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

  /// Number of distinct sizes that a class can have.
  package var candidates: Int { sizes.count }

  /// Returns the best sets of 1, 2, ... `most` classes with their slab memory in bytes, but of no more classes than distinct sizes.
  /// A set with fewer classes than sizes that have to stay is empty, and its slab memory is infinite.
  package func bestSets(upTo most: Int) -> [(slabBytes: Double, classes: [Class])] {
    let (count, most) = (sizes.count, min(most, max(sizes.count, 1)))
    guard count > 0, most > 0 else { return [] }
    // best[k][j]: least slab memory of the sizes before j in k classes; finite for k = 0 only if j = 0.
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
      let bytes = best[k][count / 8][count % 8]
      return (bytes, bytes.isFinite ? classes(k, best) : [])
    }
  }

  /// Computes the slab memory of one class for the sizes from each start up to `end`, whose object size is that of `end - 1`;
  /// infinite if these sizes cannot share a class.
  private func fillRow(_ end: Int, into row: inout [Block]) {
    let size = sizes[end - 1]
    row.removeAll(keepingCapacity: true)
    let linearCosts = costs.linearCosts(size: size)
    for block in 0...(end - 1) / 8 {
      let objects = Block(repeating: before[end]) - beforeBlocks[block]
      var cost = Block(repeating: .infinity)
      for linear in linearCosts { cost = pointwiseMin(cost, objects * linear.perObject + linear.fixed) }
      // A class without objects has no slabs.
      cost.replace(with: 0, where: objects .<= 0)
      row.append(cost)
    }
    for start in end..<row.count * 8 { row[start / 8][start % 8] = .infinity }
    // No class may serve sizes on both sides of a size that has to be a class.
    if let forced = (0..<end - 1).last(where: { isForced[$0] }) {
      for start in 0...forced { row[start / 8][start % 8] = .infinity }
    }
  }

  /// Returns the classes of the best set of `k`, from the last size back to the first.
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
      let (bytes, order) = costs.cost(size: sizes[end - 1], objects: objects)
      classes.append(
        Class(size: sizes[end - 1], order: order, objects: objects, requestedBytes: requested, slabBytes: bytes))
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
