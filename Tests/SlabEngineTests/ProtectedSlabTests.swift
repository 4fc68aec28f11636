import Testing

@testable import SlabEngine

/// Empty slabs under memory pressure: a reclaim for another cache leaves each pool one small empty slab, because its
/// pages would go to long-lived objects and each allocation of a short-lived object would fail.
@Suite struct ProtectedSlabTests {
  /// Returns an engine of 4 MiB, of which a small slab is at most 16 KiB, with a cache that has three empty slabs of one
  /// object each. All other pages belong to the memory hog.
  private func makeShortMemory(objectSize: Int) throws -> (SlabEngine, SlabCache) {
    let engine = try SlabEngine(
      EngineConfiguration(
        memoryBytes: 4 << 20, cpus: 1, generalCacheSizes: [8192], orders: OrderPolicy(maximumOrder: 0),
        reclaim: ReclaimPolicy(emptySlabs: 0, burstReserve: 1)))
    let cache = try engine.makeCache("short-lived", objectSize: objectSize)
    engine.returnToSlabs(engine.takeFromSlabs(3, of: cache), of: cache)
    engine.hogPages(.max)
    #expect(try emptySlabs(engine) == 3)
    return (engine, cache)
  }

  private func emptySlabs(_ engine: SlabEngine) throws -> Int { try engine.sample().cache("short-lived").emptySlabs }

  @Test(arguments: [(4096, 1), (16384, 1), (32768, 0)])
  func reclaimForAnotherCacheLeavesOneSmallEmptySlab(objectSize: Int, left: Int) throws {
    let (engine, _) = try makeShortMemory(objectSize: objectSize)
    let other = try engine.makeCache("other", objectSize: 4096)
    #expect(engine.takeFromSlabs(1, of: other).count == 1)
    #expect(try emptySlabs(engine) == left)
    #expect(engine.validate() == [])
  }

  @Test func reclaimForALargeRequestTakesEveryEmptySlab() throws {
    let (engine, _) = try makeShortMemory(objectSize: 16384)
    #expect(engine.cpu(0).allocate(bytes: 16384) != nil)
    #expect(try emptySlabs(engine) == 0)
    #expect(engine.validate() == [])
  }

  @Test func slabIsProtectedUntilMemoryIsPlentiful() throws {
    let (engine, cache) = try makeShortMemory(objectSize: 4096)
    let protected = { engine.pool(of: cache).inspect { $0.protectedSlabs } }
    #expect(protected() == 0)
    _ = engine.reclaim(protectingSlabs: true)
    engine.reap()
    #expect(protected() == 1)
    engine.releaseHogPages(.max)
    #expect(protected() == 1)
    engine.reap()
    #expect(protected() == 0)
  }

  @Test func poolThatGrowsWhileMemoryIsPlentifulProtectsNoSlab() throws {
    let (engine, cache) = try makeShortMemory(objectSize: 4096)
    _ = engine.reclaim(protectingSlabs: true)
    engine.releaseHogPages(.max)
    engine.returnToSlabs(engine.takeFromSlabs(2, of: cache), of: cache)
    _ = engine.releaseEmptySlabs(of: engine.pool(of: cache), keeping: .protected)
    #expect(try emptySlabs(engine) == 0)
  }

  @Test func onePageOfAnEmptySlabMayCompleteALargeBlock() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1, orders: OrderPolicy(maximumOrder: 0))
    let cache = try engine.makeCache("page", objectSize: 4096)
    engine.hogPages(.max)
    engine.releaseHogPages(4)
    // The last four pages are one block; one of them is an empty slab.
    engine.returnToSlabs(engine.takeFromSlabs(1, of: cache), of: cache)
    #expect(try engine.sample().cache("page").emptySlabs == 1)
    #expect(engine.sample().freePages == 3)
    #expect(engine.cpu(0).allocate(bytes: 16384) != nil)
    #expect(engine.sample().largeFailures == 0)
  }
}
