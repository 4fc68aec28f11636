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
    let served = (1...8192).map { engine.general.node(forBytes: $0).pointee.size }
    let expected = (1...8192).map { bytes in sizes.first { $0 >= bytes }! }
    #expect(served == expected)
  }

  @Test func requestedBytesAreExactAcrossCPUs() throws {
    let engine = try makeEngine()
    let objects = [1, 8, 9, 100, 1500, 8192].map { engine.cpu(0).allocate(bytes: $0)! }
    let requested = engine.sample().caches.map(\.requestedBytes)
    #expect(requested.reduce(0, +) == 9810)
    for object in objects { engine.cpu(1).free(object) }
    #expect(engine.sample().caches.allSatisfy { $0.requestedBytes == 0 && $0.liveObjects == 0 })
    #expect(engine.validate().isEmpty)
  }

  @Test func aFreeOfWhatIsNoLiveObjectIsCountedAndRefused() throws {
    let engine = try makeEngine()
    let object = try #require(engine.cpu(0).allocate(bytes: 100))
    let large = try #require(engine.cpu(0).allocate(bytes: 20_000))
    engine.cpu(0).free(object)
    engine.cpu(0).free(object)
    engine.cpu(0).free(large + 4096)
    engine.cpu(0).free(large)
    engine.cpu(0).free(large)
    engine.cpu(0).free(UnsafeMutableRawPointer(bitPattern: 0x1000)!)
    #expect(engine.sample().badFrees == 4)
    #expect(engine.validate().isEmpty)
  }

  @Test func anObjectOfANamedCacheIsFreedWithoutNamingIt() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("sock", objectSize: 700)
    let object = try #require(engine.cpu(0).allocate(from: cache))
    engine.cpu(1).free(object)
    #expect(try engine.sample().cache("sock").liveObjects == 0)
    #expect(engine.validate().isEmpty)
  }
}
