import Testing

@testable import SlabEngine

/// Partial slabs by occupancy: allocation goes to the fullest, so that sparse slabs drain by themselves (S8).
@Suite struct OccupancyTests {
  /// Returns an engine with a cache of 16 objects per slab, and the objects of its slabs, all in use.
  private func makeFullSlabs(_ count: Int) throws -> (SlabEngine, SlabCache, slabs: [[UnsafeMutableRawPointer]]) {
    let engine = try makeEngine(cpus: 1, orders: OrderPolicy(maximumOrder: 0))
    let cache = try engine.makeCache("ordered", objectSize: 256)
    let objects = engine.takeFromSlabs(count * 16, of: cache)
    return (engine, cache, (0..<count).map { Array(objects[$0 * 16..<($0 + 1) * 16]) })
  }

  @Test func objectsComeFromPartialSlabsInTheOrderOfTheirOccupancy() throws {
    let (engine, cache, slabs) = try makeFullSlabs(8)
    // Slab i has freed[i] free objects; the slab that became partial last is neither the fullest nor the sparsest.
    let freed = [6, 14, 2, 10, 15, 4, 12, 8]
    for (slab, count) in zip(slabs, freed) { engine.returnToSlabs(slab[..<count], of: cache) }
    let sources = engine.takeFromSlabs(freed.reduce(0, +), of: cache).map { engine.slab(of: $0) }
    let expected = freed.indices.sorted { freed[$0] < freed[$1] }.flatMap { index in
      Array(repeating: engine.slab(of: slabs[index][0]), count: freed[index])
    }
    #expect(sources == expected)
    #expect(engine.validate() == [])
  }

  @Test func emptySlabIsUsedOnlyWhenNoPartialSlabHasAFreeObject() throws {
    let (engine, cache, slabs) = try makeFullSlabs(2)
    engine.returnToSlabs(slabs[0][..<1], of: cache)
    engine.returnToSlabs(slabs[1], of: cache)
    #expect(try engine.sample().cache("ordered").emptySlabs == 1)
    let sources = engine.takeFromSlabs(2, of: cache).map { engine.slab(of: $0) }
    #expect(sources == [slabs[0], slabs[1]].map { engine.slab(of: $0[0]) })
    #expect(try engine.sample().cache("ordered").slabsGrown == 2)
  }
}
