import Synchronization
import Testing

@testable import SlabEngine

/// Slabs that become empty, and are returned to the page allocator, although no object is moved.
@Suite struct ReclaimTests {
  private func makeEngine(_ reclaim: ReclaimPolicy) throws -> SlabEngine {
    try SlabEngine(
      EngineConfiguration(
        memoryBytes: 16 << 20, generalCacheSizes: (3...13).map { 1 << $0 }, orders: OrderPolicy(maximumOrder: 0),
        reclaim: reclaim))
  }

  /// Makes two partial slabs of 16 objects, of which the first has 2 objects in use and the second 14. `sparseLast`
  /// tells which of them becomes partial last.
  private func twoPartialSlabs(_ engine: SlabEngine, sparseLast: Bool) throws -> (cache: SlabCache, dense: Int) {
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("ordered", objectSize: 256))
    let objects = (0..<32).map { _ in cpu.allocate(from: cache)! }.sorted()
    cpu.drain(cache)
    let (sparse, dense) = (Array(objects[2..<16]), Array(objects[30..<32]))
    for group in sparseLast ? [dense, sparse] : [sparse, dense] {
      for object in group { cpu.free(object, to: cache) }
      cpu.drain(cache)
    }
    let slabs = try #require(engine.sample(mapping: cache).caches.first { $0.name == "ordered" }?.slabs)
    return (cache, try #require(slabs.filter { $0.objectsInUse == 14 }.first).pageFrameNumber)
  }

  private func objectsInUse(_ engine: SlabEngine, _ cache: SlabCache, page: Int) throws -> Int {
    let slabs = try #require(engine.sample(mapping: cache).caches.first { $0.name == "ordered" }?.slabs)
    return try #require(slabs.first { $0.pageFrameNumber == page }).objectsInUse
  }

  @Test(arguments: [true, false], [true, false])
  func orderingAllocatesFromTheFullestSlab(isOrdered: Bool, sparseLast: Bool) throws {
    let engine = try makeEngine(ReclaimPolicy(takesFromFullest: isOrdered))
    let (cache, dense) = try twoPartialSlabs(engine, sparseLast: sparseLast)
    // The first refill of a CPU removes two objects.
    _ = engine.cpu(0).allocate(from: cache)
    let out = try objectsInUse(engine, cache, page: dense)
    #expect(out == (isOrdered || !sparseLast ? 16 : 14))
    #expect(engine.validate() == [])
  }

  @Test func emptySlabsAreReturnedAtOnceWithoutAReserve() throws {
    let engine = try makeEngine(ReclaimPolicy(emptySlabs: 0, burstReserve: 0))
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("bursty", objectSize: 256))
    let objects = (0..<16 * 100).map { _ in cpu.allocate(from: cache)! }
    for object in objects { cpu.free(object, to: cache) }
    cpu.drain(cache)
    engine.drainDepot(of: cache)
    #expect(try engine.sample().cache("bursty").slabBytes == 0 && engine.validate() == [])
  }

  @Test(arguments: [0.25, 0.5, 1])
  func burstReserveIsAShareOfTheFreedSlabsAndReapingLowersIt(share: Double) throws {
    let engine = try makeEngine(ReclaimPolicy(emptySlabs: 2, burstReserve: share))
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("bursty", objectSize: 256))
    let objects = (0..<16 * 100).map { _ in cpu.allocate(from: cache)! }
    for object in objects { cpu.free(object, to: cache) }
    cpu.drain(cache)
    engine.drainDepot(of: cache)
    let first = try engine.sample().cache("bursty").emptySlabs
    // Each returned slab also lowers the peak by 1/64, so that less than the share remains.
    #expect(first <= Int(share * 100) && first >= 2)
    engine.reap(returningEmptySlabs: false)
    #expect(try engine.sample().cache("bursty").emptySlabs == first)
    engine.reap()
    let second = try engine.sample().cache("bursty").emptySlabs
    #expect(second <= first && second >= 2 && (share < 1 || second < first))
    for _ in 0..<20 { engine.reap() }
    // A peak of at most three slabs does not decay, and the reserve is at least two slabs.
    #expect((2...3).contains(try engine.sample().cache("bursty").emptySlabs) && engine.validate() == [])
  }

  @Test func cachesShrinkIfObjectsAreFreedOrNothingIsAllocated() throws {
    let engine = try makeEngine(ReclaimPolicy())
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("shrinking", objectSize: 256))
    var objects = (0..<200).map { _ in cpu.allocate(from: cache)! }
    let shrank = { engine.cachesThatShrank().contains { $0.name == "shrinking" } }
    #expect(!shrank())
    // The number of objects is the same as before, and objects were allocated meanwhile.
    for _ in 0..<10 {
      cpu.free(objects.removeLast(), to: cache)
      objects.append(cpu.allocate(from: cache)!)
    }
    #expect(!shrank())
    for _ in 0..<100 { cpu.free(objects.removeLast(), to: cache) }
    #expect(shrank())
    // No object was allocated since the last call.
    #expect(shrank())
    cpu.drain(cache)
    engine.drainDepot(of: cache)
    #expect(!shrank() && engine.validate() == [])
    #expect(try engine.sample().cache("shrinking").liveObjects == 100)
  }

  @Test func reapReturnsDepotMagazinesThatWereUnusedSinceTheLastCall() throws {
    let engine = try makeEngine(ReclaimPolicy())
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("idle", objectSize: 256))
    let objects = (0..<1000).map { _ in cpu.allocate(from: cache)! }
    for object in objects { cpu.free(object, to: cache) }
    let inDepot = cache.descriptor.pointee.depot.objects.load(ordering: .relaxed)
    #expect(inDepot > 500)
    // The depot's magazines were filled since the engine was created: they are not surplus yet.
    #expect(engine.reap() == 0)
    #expect(engine.reap() == inDepot)
    #expect(cache.descriptor.pointee.depot.objects.load(ordering: .relaxed) == 0 && engine.validate() == [])
  }

  @Test func freeObjectsInMagazinesAloneMakeACacheShrink() throws {
    let engine = try makeEngine(ReclaimPolicy())
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("small", objectSize: 256))
    let objects = (0..<4).map { _ in cpu.allocate(from: cache)! }
    _ = engine.cachesThatShrank()
    for object in objects { cpu.free(object, to: cache) }
    #expect(cache.descriptor.pointee.depot.objects.load(ordering: .relaxed) == 0)
    #expect(engine.cachesThatShrank() == [cache])
    cpu.drain(cache)
    #expect(engine.cachesThatShrank() == [])
  }

  @Test func addedSlabsOfAHigherOrderDoNotExceedTheSize() throws {
    let engine = try SlabEngine(EngineConfiguration(memoryBytes: 16 << 20, orders: OrderPolicy()))
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    // Slabs of order 3: three of them are 96 KiB.
    #expect(engine.addEmptySlabs(to: cache, upToBytes: 100 << 10, limit: 1 << 20) == 96 << 10)
    #expect(try engine.sample().cache("buffer").slabsByOrder[3] == 3 && engine.validate() == [])
  }

  @Test func emptySlabsAreAddedUpToALimit() throws {
    let engine = try makeEngine(ReclaimPolicy())
    let cache = try engine.makeCache("prepared", objectSize: 256)
    #expect(engine.addEmptySlabs(to: cache, upToBytes: 10 * 4096 + 100, limit: 1 << 20) == 10 * 4096)
    #expect(engine.addEmptySlabs(to: cache, upToBytes: 10 * 4096, limit: 1 << 20) == 0)
    #expect(engine.addEmptySlabs(to: cache, upToBytes: 100 * 4096, limit: 3 * 4096 + 1) == 3 * 4096)
    #expect(try engine.sample().cache("prepared").emptySlabs == 13 && engine.validate() == [])
    // The reserve is a quarter of the slabs, and decreases with each call.
    for _ in 0..<20 { engine.reap() }
    #expect(try engine.sample().cache("prepared").emptySlabs <= 3)
    // No slabs are added when memory is exhausted.
    #expect(engine.addEmptySlabs(to: cache, upToBytes: 1 << 30, limit: 1 << 30) <= 16 << 20 && engine.validate() == [])
  }

  @Test(arguments: [ReclaimPolicy(emptySlabs: -1), ReclaimPolicy(burstReserve: 1.5), ReclaimPolicy(burstReserve: -0.1)])
  func reservesOutOfRangeAreRefused(reclaim: ReclaimPolicy) {
    #expect(throws: EngineError.self) { try makeEngine(reclaim) }
  }

  @Test func evacuationWithoutOrderingBeginsWithTheSparsestSlab() throws {
    let engine = try makeEngine(ReclaimPolicy(takesFromFullest: false))
    let (cache, dense) = try twoPartialSlabs(engine, sparseLast: false)
    let sparse = engine.pool(of: cache).withLock { $0.sparseSlabs() }
    #expect(sparse.count == 2 && sparse.last.map { Int($0) } == dense)
  }
}
