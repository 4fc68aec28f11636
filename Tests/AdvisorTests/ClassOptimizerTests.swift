import Testing

@testable import Advisor

@Suite struct ClassOptimizerTests {
  /// Compares with a search of all sets of classes for a thousand small instances.
  @Test func foundSetHasMinimumSlabMemory() {
    var random = Lehmer(state: 12345)
    for instance in 0..<1000 {
      let count = random.next(1, 9)
      let sizes = Set((0..<count).map { _ in random.next(1, instance % 3 == 0 ? 12_000 : 700) }).sorted()
      let weights = sizes.map { _ in Double(random.next(0, instance % 2 == 0 ? 2000 : 12)) }
      let costs = ClassCosts(
        orders: 0...random.next(0, 3), alignment: [8, 16, 64][instance % 3],
        overheadBytes: Double(random.next(0, 8000)))
      let keeping = instance % 4 == 0 ? [64, 256, 4096] : []
      let most = random.next(1, 6)
      let optimizer = ClassOptimizer(sizes: sizes, weights: weights, costs: costs, keeping: keeping)
      let found = optimizer.bestSets(upTo: most)
      let expected = bruteForce(sizes, weights, costs, keeping)
      for (index, set) in found.enumerated() {
        let minimum = expected[index + 1] ?? .infinity
        #expect(
          abs(set.slabBytes - minimum) < 1e-6 || set.slabBytes == minimum, "instance \(instance), \(index + 1) classes")
        guard set.slabBytes.isFinite else { continue }
        #expect(set.classes.count == index + 1)
        #expect(abs(set.classes.reduce(0) { $0 + $1.slabBytes } - set.slabBytes) < 1e-6)
        #expect(Set(keeping).isSubset(of: set.classes.map(\.size)))
      }
    }
  }

  /// Returns the minimum slab memory for each number of classes, by a search of all sets.
  private func bruteForce(
    _ sizes: [Int], _ weights: [Double], _ costs: ClassCosts, _ keeping: [Int]
  ) -> [Int: Double] {
    let candidates = Set(sizes.map { costs.classSize(for: $0) } + keeping).sorted()
    var minimum: [Int: Double] = [:]
    for mask in 1..<1 << candidates.count {
      let chosen = candidates.indices.filter { mask >> $0 & 1 == 1 }.map { candidates[$0] }
      guard chosen.last == candidates.last, Set(keeping).isSubset(of: chosen) else { continue }
      var slabBytes = 0.0
      for (index, size) in chosen.enumerated() {
        let below = index == 0 ? 0 : chosen[index - 1]
        let objects = zip(sizes, weights).reduce(0.0) { sum, pair in
          let rounded = costs.classSize(for: pair.0)
          return rounded > below && rounded <= size ? sum + pair.1 : sum
        }
        slabBytes += costs.cost(size: size, objects: objects).bytes
      }
      minimum[chosen.count] = min(minimum[chosen.count] ?? .infinity, slabBytes)
    }
    return minimum
  }

  @Test func singleSizeAndMoreClassesThanSizesAreHandled() {
    let one = ClassOptimizer(sizes: [100], weights: [5], costs: ClassCosts()).bestSets(upTo: 8)
    #expect(one.count == 1 && one[0].classes.map(\.size) == [104])
    #expect(ClassOptimizer(sizes: [], weights: [], costs: ClassCosts()).bestSets(upTo: 8).isEmpty)
    let forced = ClassOptimizer(sizes: [100], weights: [5], costs: ClassCosts(), keeping: [64, 128]).bestSets(upTo: 2)
    #expect(!forced[0].slabBytes.isFinite && forced[1].classes.map(\.size) == [64, 128])
  }

  /// Sizes above a page have slabs with room for an object, even if that requires a higher order than allowed.
  @Test func slabsOfSizesAbovePageHaveRoomForObject() {
    let costs = ClassCosts(orders: 0...0)
    #expect(costs.cost(size: 9280, objects: 10).order == 2)
    #expect(costs.cost(size: 1898, objects: 1000).order == 0)
    #expect(ClassCosts(orders: 0...3).cost(size: 1904, objects: 10_000).order == 3)
  }
}

/// Seeded random number generator (Lehmer, modulus 2^31 - 1).
struct Lehmer {
  var state: Int
  mutating func next(_ lower: Int, _ upper: Int) -> Int {
    state = state * 48271 % 2_147_483_647
    return lower + state % (upper - lower + 1)
  }
}
