import Testing

@testable import Workloads

/// Tests of the selection of the resident that a free frees.
@Suite struct ResidentObjectsTests {
  /// Slab of each object, for 20 slabs of 8 objects.
  private let slabs = (0..<20).flatMap { [Int32](repeating: $0, count: 8) }

  private func removed(_ count: Int, clustering: Double, seed: UInt64 = 1) -> [Int32] {
    var residents = ResidentObjects(slabs, clustering: clustering)
    var random = SplitMix64(seed: seed)
    return (0..<count).compactMap { _ in residents.removeNext(random: &random) }
  }

  @Test func eachResidentIsRemovedOnce() {
    var residents = ResidentObjects([5, 5, 7], clustering: 0.5)
    var random = SplitMix64(seed: 1)
    let first = (0..<4).map { _ in residents.removeNext(random: &random) }
    #expect(first.compactMap(\.self).sorted() == [5, 5, 7] && first[3] == nil && residents.count == 0)
    residents.append(9)
    residents.append(9)
    #expect(residents.count == 2 && residents.removeNext(random: &random) == 9 && residents.count == 1)
  }

  @Test(arguments: 1...5) func residentsOfFullSlabsAreFreedSlabBySlab(seed: UInt64) {
    let removed = removed(80, clustering: 1, seed: seed)
    #expect(Set(removed).count == 10)
    for slab in Set(removed) { #expect(removed.filter { $0 == slab }.count == 8) }
    #expect(zip(removed, removed.dropFirst()).filter { $0 != $1 }.count == 9)
  }

  @Test(arguments: 1...5) func residentsOfPartialSlabsAreFreedAtRandom(seed: UInt64) {
    // A slab loses all 8 objects with a probability below 1 % if 80 of 160 objects are freed.
    let removed = removed(80, clustering: 0, seed: seed)
    #expect(Set(removed).count >= 18)
  }

  @Test func residentAddedDuringAFreeIsNotLost() {
    var residents = ResidentObjects(slabs, clustering: 1)
    var random = SplitMix64(seed: 3)
    for _ in 0..<3 { _ = residents.removeNext(random: &random) }
    for slab: Int32 in [90, 90, 91] { residents.append(slab) }
    #expect(residents.count == 160)
    var counts: [Int32: Int] = [:]
    while let slab = residents.removeNext(random: &random) { counts[slab, default: 0] += 1 }
    #expect(counts[90] == 2 && counts[91] == 1 && counts.values.reduce(0, +) == 160 && residents.count == 0)
  }

  @Test func residentsOfTheSparsestSlabAreFreedFirst() {
    var residents = ResidentObjects([1, 1, 1, 2, 3, 3, 1], clustering: 1)
    var random = SplitMix64(seed: 5)
    // The objects of slab 1 form two groups, because they are not adjacent.
    #expect((0..<2).compactMap { _ in residents.removeFromSparsestSlab() }.sorted() == [1, 2])
    #expect((0..<2).map { _ in residents.removeFromSparsestSlab() } == [3, 3] && residents.count == 3)
    #expect(residents.removeNext(random: &random) == 1 && residents.removeFromSparsestSlab() == 1)
    #expect(residents.removeFromSparsestSlab() == 1 && residents.removeFromSparsestSlab() == nil)
  }
}
