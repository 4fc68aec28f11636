import Testing

@testable import SlabEngine

@Suite struct GeneralCachesTests {
  @Test(arguments: [
    EngineConfiguration.powersOfTwo,
    [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192],
    [8, 16, 24, 32, 40, 48, 64, 128, 256, 512, 1024, 1504, 1600, 2048, 4096, 6000, 8192],
  ])
  func everySizeIsServedByTheSmallestNodeThatFits(sizes: [Int]) throws {
    let engine = try makeEngine(sizes: sizes)
    let served = (1...8192).map { engine.generalCache(forBytes: $0)?.objectSize }
    #expect(engine.generalCacheSizes == sizes)
    let expected = (1...8192).map { bytes in sizes.first { $0 >= bytes }! }
    #expect(served == expected)
  }

  @Test func missingPowerOfTwoIsServedByTheNextLargerSize() throws {
    let sizes = [24, 72, 128, 320, 640, 4096, 8192]
    let engine = try makeEngine(sizes: sizes)
    #expect(engine.generalCacheSizes == sizes)
    for bytes in 1...8192 {
      #expect(engine.generalCache(forBytes: bytes)?.objectSize == sizes.first { $0 >= bytes })
    }
    #expect(throws: EngineError.self) { try engine.addGeneralCache(size: 64) }
    #expect(throws: EngineError.self) { try engine.retireGeneralCache(size: 72) }
    try engine.addGeneralCache(size: 96)
    try engine.retireGeneralCache(size: 96)
    let object = try #require(engine.cpu(0).allocate(bytes: 60))
    engine.cpu(1).free(object)
    #expect(engine.validate() == [])
    #expect(throws: EngineError.self) { try makeEngine(sizes: [24, 72, 12_000]) }
  }

  @Test func sizeBetweenTwoPowersOfTwoEndsTheDirectLookUp() throws {
    let engine = try makeEngine()
    #expect(engine.generalCache(forBytes: 65)?.objectSize == 128)
    try engine.addGeneralCache(size: 96)
    #expect(engine.generalCache(forBytes: 65)?.objectSize == 96)
    #expect(engine.generalCache(forBytes: 97)?.objectSize == 128)
    #expect(engine.generalCache(forBytes: 64)?.objectSize == 64)
    try engine.retireGeneralCache(size: 96)
    #expect(engine.generalCache(forBytes: 65)?.objectSize == 128)
  }

  @Test(arguments: [0, -1, Int.min]) func requestOfNoBytesGetsTheSmallestObject(bytes: Int) throws {
    let engine = try makeEngine()
    let object = try #require(engine.cpu(0).allocate(bytes: bytes))
    #expect(try engine.sample().cache("kmalloc-8").liveObjects == 1)
    engine.cpu(0).free(object)
    #expect(engine.validate() == [])
  }

  @Test func sizeServesRequestsFromItsAdditionUntilItsRetirement() throws {
    let engine = try makeEngine()
    let before = try #require(engine.cpu(0).allocate(bytes: 90))
    let cache = try engine.addGeneralCache(size: 96)
    let during = try #require(engine.cpu(0).allocate(bytes: 90))
    #expect(cache.name == "kmalloc-96" && engine.owner(of: during) == cache.index)
    #expect(throws: EngineError.self) { try engine.addGeneralCache(size: 96) }
    try engine.retireGeneralCache(size: 96)
    let after = try #require(engine.cpu(0).allocate(bytes: 90))
    #expect(engine.owner(of: after) == engine.owner(of: before))
    #expect(throws: EngineError.self) { try engine.retireGeneralCache(size: 96) }
    for object in [before, during, after] { engine.cpu(1).free(object) }
    #expect(try engine.sample().cache("kmalloc-96").liveObjects == 0)
    #expect(try engine.addGeneralCache(size: 96) == cache)
    #expect(engine.validate() == [])
  }

  @Test(arguments: [0, 4, 100, 8192, 20_000])
  func sizesThatCannotBeAddedAreRefused(size: Int) throws {
    let engine = try makeEngine()
    #expect(throws: EngineError.self) { try engine.addGeneralCache(size: size) }
    #expect(throws: EngineError.self) { try engine.retireGeneralCache(size: size) }
  }

  @Test func freeOfAPointerOutsideSlabsIsRefusedAndCounted() throws {
    let engine = try makeEngine()
    let large = try #require(engine.cpu(0).allocate(bytes: 20_000))
    engine.cpu(0).free(large + 4096)
    engine.cpu(0).free(large)
    engine.cpu(0).free(large)
    engine.cpu(0).free(UnsafeMutableRawPointer(bitPattern: 0x1000)!)
    #expect(engine.faultCounts == [.foreignFree: 3])
    #expect(engine.sample().badFrees == 3)
    #expect(engine.validate().isEmpty)
  }

  @Test func freeWithoutACacheFindsTheOwningCache() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("sock", objectSize: 700)
    let object = try #require(engine.cpu(0).allocate(from: cache))
    engine.cpu(1).free(object)
    #expect(try engine.sample().cache("sock").liveObjects == 0)
    #expect(engine.validate().isEmpty)
  }
}
