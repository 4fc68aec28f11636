import Testing

@testable import SlabEngine

/// Empty slabs that a pool retains for its next burst: a share of the slabs by which it has shrunk since its recent peak.
@Suite struct BurstReserveTests {
  /// Returns an engine with a cache of one object per slab, so that a test counts slabs.
  private func makeBurstyCache(_ reclaim: ReclaimPolicy, objectSize: Int = 4096) throws -> (SlabEngine, SlabCache) {
    let engine = try SlabEngine(
      EngineConfiguration(
        memoryBytes: 16 << 20, cpus: 1, generalCacheSizes: [8192], orders: OrderPolicy(maximumOrder: 0),
        reclaim: reclaim))
    return (engine, try engine.makeCache("bursty", objectSize: objectSize))
  }

  private func emptySlabs(_ engine: SlabEngine) throws -> Int { try engine.sample().cache("bursty").emptySlabs }

  @Test func peakDecaysByAQuarterWithEachReap() throws {
    let (engine, cache) = try makeBurstyCache(ReclaimPolicy(emptySlabs: 0, burstReserve: 1))
    engine.returnToSlabs(engine.takeFromSlabs(60, of: cache), of: cache)
    var retained = [try emptySlabs(engine)]
    for _ in 0..<6 {
      engine.reap()
      retained.append(try emptySlabs(engine))
    }
    #expect(retained == [60, 45, 34, 26, 20, 15, 12])
    #expect(engine.validate() == [])
  }

  @Test func peakDoesNotDecayBelowTheSlabsInUse() throws {
    let (engine, cache) = try makeBurstyCache(ReclaimPolicy(emptySlabs: 0, burstReserve: 1))
    let objects = engine.takeFromSlabs(60, of: cache)
    for _ in 0..<10 { engine.reap() }
    engine.returnToSlabs(objects[..<40], of: cache)
    #expect(try emptySlabs(engine) == 40)
  }

  @Test(arguments: [(0.25, 15), (0.5, 30), (0.75, 45)])
  func reserveIsAShareOfTheSlabsThatAreNoLongerInUse(share: Double, expected: Int) throws {
    let (engine, cache) = try makeBurstyCache(ReclaimPolicy(emptySlabs: 0, burstReserve: share))
    let objects = engine.takeFromSlabs(63, of: cache)
    // The peak is 63 slabs; it is too low to decay with each slab that is returned.
    engine.returnToSlabs(objects[..<60], of: cache)
    #expect(try emptySlabs(engine) == expected)
    #expect(try engine.sample().cache("bursty").slabsReturned == 60 - expected)
  }

  @Test func returningSlabsOfALargePoolLowersItsPeak() throws {
    let (engine, cache) = try makeBurstyCache(ReclaimPolicy(emptySlabs: 0, burstReserve: 0.5))
    engine.returnToSlabs(engine.takeFromSlabs(640, of: cache), of: cache)
    // Half of the peak would be 320 slabs; each returned slab has lowered the peak by 1/64.
    #expect(try emptySlabs(engine) < 200)
  }

  @Test(arguments: [(0, 4096, 0), (5, 4096, 5), (100, 4096, 16), (100, 32768, 2)])
  func reserveHasAtLeastTheSlabsOfThePolicyUpTo64KiB(slabs: Int, objectSize: Int, expected: Int) throws {
    let (engine, cache) = try makeBurstyCache(
      ReclaimPolicy(emptySlabs: slabs, burstReserve: 0), objectSize: objectSize)
    engine.returnToSlabs(engine.takeFromSlabs(60, of: cache), of: cache)
    #expect(try emptySlabs(engine) == expected)
  }
}
