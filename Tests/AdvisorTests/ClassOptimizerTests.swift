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
        checkClasses(set.classes, sizes, weights, costs)
      }
    }
  }

  /// Checks the figures of the classes of a set against those of the sizes that they serve.
  private func checkClasses(
    _ classes: [ClassOptimizer.Class], _ sizes: [Int], _ weights: [Double], _ costs: ClassCosts
  ) {
    var below = 0
    for one in classes {
      let served = zip(sizes, weights).filter { (below + 1...one.size).contains(costs.classSize(for: $0.0)) }
      let objects = served.reduce(0) { $0 + $1.1 }
      let requested = served.reduce(0) { $0 + Double(costs.classSize(for: $1.0)) * $1.1 }
      #expect(one.objects == objects && one.requestedBytes == requested && one.size > below)
      let cost = costs.cost(size: one.size, objects: objects)
      #expect(one.order == cost.order && one.slabBytes == cost.bytes)
      below = one.size
    }
    #expect(classes.reduce(0) { $0 + $1.objects } == weights.reduce(0, +))
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

  /// Sizes that are equal after alignment, and sizes that have to stay, are one candidate each.
  @Test func alignedSizesAreCandidates() {
    let optimizer = ClassOptimizer(
      sizes: [1, 8, 9, 100], weights: [1, 2, 3, 4], costs: ClassCosts(), keeping: [16, 64])
    #expect(optimizer.candidates == 4)
    let sets = optimizer.bestSets(upTo: 9)
    #expect(sets.count == 4 && sets[3].classes.map(\.size) == [8, 16, 64, 104])
    #expect(sets[3].classes.map(\.objects) == [3, 3, 0, 4])
    #expect(sets[0].classes.isEmpty && sets[1].classes.isEmpty && !sets[1].slabBytes.isFinite)
    #expect(optimizer.bestSets(upTo: 0).isEmpty && optimizer.bestSets(upTo: 2).count == 2)
  }

  /// Nine sizes of which each fills its slabs: with a class for each, no byte is lost. The search is eight starts at a time.
  @Test(arguments: [7, 8, 9, 15, 16, 17, 24]) func manySizesHaveAClassEach(count: Int) {
    let sizes = (1...count).map { $0 * 64 }
    let costs = ClassCosts(orders: 0...3, overheadBytes: 0)
    let weights = sizes.map { _ in 10_000.0 }
    let sets = ClassOptimizer(sizes: sizes, weights: weights, costs: costs).bestSets(upTo: count)
    #expect(sets.count == count && sets[count - 1].classes.map(\.size) == sizes)
    #expect(zip(sets, sets.dropFirst()).allSatisfy { $0.slabBytes > $1.slabBytes })
    #expect(sets[0].classes.map(\.size) == [count * 64] && sets[0].classes[0].objects == Double(count) * 10_000)
    let expected = sizes.reduce(0) { $0 + costs.cost(size: $1, objects: 10_000).bytes }
    #expect(abs(sets[count - 1].slabBytes - expected) < 1e-3)
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
