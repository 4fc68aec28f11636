import Testing

@testable import SlabEngine

/// Reclaim of the free objects of caches that are not in use, before a pool grows.
struct IdleCacheTests {
  private func makeEngine(drains: Bool) throws -> SlabEngine {
    var configuration = EngineConfiguration(memoryBytes: 16 << 20, cpus: 2)
    configuration.reclaim.drainsIdleCaches = drains
    return try SlabEngine(configuration)
  }

  /// Allocates 512 objects of 1 KiB on CPU 0 and frees them on `cpu`, then lets another cache grow by 1 MiB on CPU 0.
  private func growAfterBurst(_ engine: SlabEngine, freedOn cpu: Int) throws {
    let burst = try engine.makeCache("burst", objectSize: 1024)
    let objects = (0..<512).compactMap { _ in engine.cpu(0).allocate(from: burst) }
    for object in objects { engine.cpu(cpu).free(object, to: burst) }
    #expect(try engine.sample().cache("burst").slabBytes >= 512 << 10)
    let other = try engine.makeCache("other", objectSize: 512)
    for _ in 0..<2048 { _ = try #require(engine.cpu(0).allocate(from: other)) }
    #expect(engine.validate() == [])
  }

  @Test func growthUsesThePagesOfAnIdleCache() throws {
    let engine = try makeEngine(drains: true)
    try growAfterBurst(engine, freedOn: 0)
    let burst = try engine.sample().cache("burst")
    #expect(burst.objectsInMagazines == 0 && burst.slabBytes == 0 && burst.liveObjects == 0)
    // The 1 MiB of the other cache includes the pages of the burst, and few more.
    #expect(engine.sample().peakPagesInUse * 4096 < 1_200_000)
  }

  @Test func objectsThatAnotherCPUFreedAreReclaimedFromTheDepot() throws {
    let engine = try makeEngine(drains: true)
    try growAfterBurst(engine, freedOn: 1)
    let burst = try engine.sample().cache("burst")
    // The two magazines of the other CPU are left alone, and less than a page in those of CPU 0.
    #expect(burst.objectsInMagazines > 0 && burst.objectsInMagazines < 2 * burst.magazineCapacity + 4)
    #expect(burst.slabBytes < 256 << 10)
  }

  @Test func withoutTheSettingAnIdleCacheKeepsItsObjects() throws {
    let engine = try makeEngine(drains: false)
    try growAfterBurst(engine, freedOn: 1)
    let burst = try engine.sample().cache("burst")
    #expect(burst.objectsInMagazines > 400 && burst.slabBytes >= 400 << 10)
  }

  @Test func aCacheInUseIsNotDrained() throws {
    let engine = try makeEngine(drains: true)
    let cpu = engine.cpu(0)
    let (busy, other) = (try engine.makeCache("busy", objectSize: 256), try engine.makeCache("other", objectSize: 512))
    var freeObjects: [Int] = []
    for _ in 0..<200 {
      let objects = (0..<200).compactMap { _ in cpu.allocate(from: busy) }
      for object in objects { cpu.free(object, to: busy) }
      for _ in 0..<8 { _ = try #require(cpu.allocate(from: other)) }
      freeObjects.append(try engine.sample().cache("busy").objectsInMagazines)
    }
    #expect(freeObjects.allSatisfy { $0 >= 200 })
    #expect(engine.validate() == [])
  }

  @Test func aDestroyedCacheIsSkipped() throws {
    let engine = try makeEngine(drains: true)
    let doomed = try engine.makeCache("doomed", objectSize: 1024)
    let objects = (0..<100).compactMap { _ in engine.cpu(0).allocate(from: doomed) }
    for object in objects { engine.cpu(0).free(object, to: doomed) }
    try engine.destroy(doomed)
    let other = try engine.makeCache("other", objectSize: 512)
    for _ in 0..<2048 { _ = try #require(engine.cpu(0).allocate(from: other)) }
    #expect(engine.validate() == [])
  }

  @Test(arguments: [false, true])
  func limitedDepotReturnsAFirstBurstAndKeepsTheNext(limits: Bool) throws {
    var configuration = EngineConfiguration(memoryBytes: 16 << 20, cpus: 1)
    configuration.reclaim.limitsDepots = limits
    let engine = try SlabEngine(configuration)
    let cache = try engine.makeCache("burst", objectSize: 1024)
    let kept = try (0..<8).map { _ in
      let objects = (0..<1024).compactMap { _ in engine.cpu(0).allocate(from: cache) }
      for object in objects { engine.cpu(0).free(object, to: cache) }
      #expect(engine.validate() == [])
      return try engine.sample().cache("burst").objectsInMagazines
    }
    // Three magazines of 16 objects or fewer: two of the CPU, one of the depot. The magazines that the second burst misses raise
    // the limit.
    #expect(limits ? kept[0] <= 48 : kept[0] > 900)
    #expect(kept[7] > 900)
  }
}
