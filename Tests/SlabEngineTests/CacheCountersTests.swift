import Testing

@testable import SlabEngine

/// Counters of a cache in a sample.
@Suite struct CacheCountersTests {
  @Test func refillsAndFlushesAreCountedPerBatch() throws {
    let engine = try makeEngine(cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("counted", objectSize: 256))
    func counters() throws -> [Int] {
      let sample = try engine.sample().cache("counted")
      return [sample.allocations, sample.refills, sample.flushes]
    }
    #expect(try counters() == [0, 0, 0])
    let first = try #require(cpu.allocate(from: cache))
    #expect(try counters() == [1, 1, 0])
    // The first refill has removed two objects.
    let second = try #require(cpu.allocate(from: cache))
    #expect(try counters() == [2, 1, 0])
    for object in [first, second] { cpu.free(object, to: cache) }
    #expect(try counters() == [2, 1, 0])
    cpu.drain(cache)
    #expect(try counters() == [2, 1, 1])
    // There is nothing to drain.
    cpu.drain(cache)
    #expect(try counters() == [2, 1, 1])
  }

  @Test func refillsDoubleUpToTheCapacityOfAMagazine() throws {
    let engine = try makeEngine(cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("counted", objectSize: 32))
    #expect(cache.magazineCapacity == 8)
    var allocations = [0]
    while allocations.count < 6 {
      _ = try #require(cpu.allocate(from: cache))
      let sample = try engine.sample().cache("counted")
      if sample.refills == allocations.count { allocations.append(sample.allocations) }
    }
    // The refills are of 2, 4, 8 and 8 objects.
    #expect(allocations == [0, 1, 3, 7, 15, 23])
  }

  @Test func failedAllocationsAreCountedByCacheAndForLargeRequests() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("counted", objectSize: 256))
    engine.hogPages(.max)
    for _ in 0..<3 { #expect(cpu.allocate(from: cache) == nil) }
    for bytes in [9000, 4 << 20, 4 << 20 + 1] { #expect(cpu.allocate(bytes: bytes) == nil) }
    #expect(try engine.sample().cache("counted").failedAllocations == 3)
    #expect(engine.sample().largeFailures == 3)
    engine.releaseHogPages(.max)
    #expect(cpu.allocate(bytes: 4 << 20) != nil)
  }

  @Test func drainedCPUBeginsWithASmallBatchAgain() throws {
    let engine = try makeEngine(cpus: 1)
    let (cpu, cache) = (engine.cpu(0), try engine.makeCache("counted", objectSize: 256))
    let objects = (0..<100).map { _ in cpu.allocate(from: cache)! }
    cpu.drain(cache)
    #expect(try engine.sample().cache("counted").objectsInMagazines == 0)
    _ = try #require(cpu.allocate(from: cache))
    #expect(try engine.sample().cache("counted").objectsInMagazines == 1)
    for object in objects { cpu.free(object, to: cache) }
  }

  @Test(arguments: [
    (8, "kmalloc-8"), (96, "kmalloc-96"), (512, "kmalloc-512"), (1024, "kmalloc-1k"), (1504, "kmalloc-1504"),
    (3072, "kmalloc-3k"), (131_072, "kmalloc-128k"),
  ])
  func generalCachesAreNamedAsInLinux(size: Int, name: String) { #expect(SlabEngine.generalCacheName(size) == name) }

  @Test func additionsByOneThreadNeedNoRetry() throws {
    let engine = try makeEngine(sizes: [24, 128, 4096, 8192])
    for size in [96, 80, 104] { try engine.addGeneralCache(size: size) }
    try engine.retireGeneralCache(size: 80)
    try engine.addGeneralCache(size: 80)
    #expect(engine.generalCacheSamples().allSatisfy { $0.retries == 0 })
  }
}
