import Testing

@testable import SlabEngine

@Suite struct CacheTests {
  @Test(arguments: [1, 8, 24, 100, 232, 640, 1500, 1898, 4096, 4097, 9000, 100_000])
  func objectsAreDistinctAlignedAndKeepTheirContents(size: Int) throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("objects", objectSize: size)
    let cpu = engine.cpu(0)
    var objects: [UnsafeMutableRawPointer] = []
    for index in 0..<min(200, 4_000_000 / size) {
      let object = try #require(cpu.allocate(from: cache))
      object.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: index), count: size)
      objects.append(object)
    }
    #expect(objects.allSatisfy { Int(bitPattern: $0) % 8 == 0 })
    let intact = objects.indices.allSatisfy { index in
      UnsafeRawBufferPointer(start: objects[index], count: size).allSatisfy { $0 == UInt8(truncatingIfNeeded: index) }
    }
    #expect(intact, "an object's bytes changed while it was live")
    #expect(engine.validate().isEmpty)
    for object in objects { cpu.free(object, to: cache) }
    try engine.destroy(cache)
    #expect(engine.sample().freePages == 2048)
  }

  @Test func destroyIsRefusedWhileObjectsAreLive() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("busy", objectSize: 100)
    let object = try #require(engine.cpu(1).allocate(from: cache))
    #expect(throws: EngineError.cacheBusy(name: "busy", liveObjects: 1)) { try engine.destroy(cache) }
    engine.cpu(0).free(object, to: cache)
    try engine.destroy(cache)
    #expect(engine.cache(named: "busy") == nil)
    #expect(engine.cpu(0).allocate(from: cache) == nil)
    #expect(throws: EngineError.self) { try engine.destroy(cache) }
    #expect(engine.validate().isEmpty)
  }

  @Test func freeToADestroyedCacheIsReported() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("former", objectSize: 100)
    let objects = (0..<20).map { _ in engine.cpu(0).allocate(from: cache)! }
    for object in objects { engine.cpu(0).free(object, to: cache) }
    try engine.destroy(cache)
    let faults = FaultCollector(engine)
    engine.cpu(0).free(objects[0], to: cache)
    #expect(faults.all.map(\.kind) == [.foreignFree] && engine.validate().isEmpty)
  }

  @Test func invalidConfigurationsThrowTheirError() throws {
    #expect(throws: EngineError.memorySize(bytes: 1024, minimum: 4 << 20, maximum: 64 << 30)) {
      _ = try SlabEngine(EngineConfiguration(memoryBytes: 1024))
    }
    #expect(throws: EngineError.cpuCount(0, maximum: 1024)) {
      _ = try SlabEngine(EngineConfiguration(memoryBytes: 8 << 20, cpus: 0))
    }
    #expect(throws: EngineError.self) { _ = try makeEngine(sizes: [8, 16, 96]) }
    #expect(throws: EngineError.self) { _ = try makeEngine(orders: OrderPolicy(maximumOrder: 11)) }
    #expect(throws: EngineError.sharingBound(1)) { _ = try makeEngine(sharing: 1) }
    let engine = try makeEngine()
    _ = try engine.makeCache("one", objectSize: 8)
    #expect(throws: EngineError.duplicateCache("one")) { _ = try engine.makeCache("one", objectSize: 8) }
    #expect(throws: EngineError.self) { _ = try engine.makeCache("none", objectSize: 0) }
    #expect(throws: EngineError.self) { _ = try engine.makeCache("odd", objectSize: 8, alignment: 24) }
  }

  @Test func bulkAllocationReturnsAllRemainingObjects() throws {
    let engine = try makeEngine(megabytes: 4)
    let cache = try engine.makeCache("large", objectSize: 65536)
    let objects = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: 100)
    defer { objects.deallocate() }
    let count = engine.cpu(0).allocate(from: cache, into: objects)
    #expect(count == 64)
    engine.cpu(0).free(UnsafeBufferPointer(rebasing: objects[..<count]), to: cache)
    engine.cpu(0).drain(cache)
    engine.shrink(cache)
    #expect(engine.sample().freePages == 1024)
    #expect(engine.validate().isEmpty)
  }

  @Test func shrinkReturnsEveryEmptySlab() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("skbuff_head_cache", objectSize: 232, alignment: 64)
    let objects = (0..<1000).map { _ in engine.cpu(0).allocate(from: cache)! }
    for object in objects { engine.cpu(1).free(object, to: cache) }
    engine.cpu(0).drain(cache)
    engine.cpu(1).drain(cache)
    engine.shrink(cache)
    let sample = try engine.sample().cache("skbuff_head_cache")
    #expect([sample.slabBytes, sample.liveObjects, sample.totalObjects, sample.stride] == [0, 0, 0, 256])
    #expect(engine.validate().isEmpty)
  }

  @Test func refusedOrderFallsBackToALowerOne() throws {
    let engine = try makeEngine(megabytes: 4, cpus: 1)
    let cache = try engine.makeCache("buffer", objectSize: 1898)
    let freed = 512
    engine.hogPages(1024 - freed, fragmenting: true)
    var objects: [UnsafeMutableRawPointer] = []
    while let object = engine.cpu(0).allocate(from: cache) { objects.append(object) }
    let sample = try engine.sample().cache("buffer")
    #expect(objects.count == freed * 2)
    #expect(sample.slabsByOrder[0] == freed && sample.orderFallbacks == freed && sample.preferredOrder > 0)
    #expect(engine.validate().isEmpty)
  }
}
