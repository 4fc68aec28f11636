import Testing

@testable import SlabEngine

/// Choice of the pool that a new cache joins (S4).
///
/// A cache never joins a pool with a smaller stride. The caches of a test are therefore created in ascending order of
/// size if they are to have pools of their own. The only general cache has objects of 8 KiB, too large to be joined.
@Suite struct PoolChoiceTests {
  private func makeEngine(sharing: Double) throws -> SlabEngine {
    try SlabEngineTests.makeEngine(sizes: [8192], sharing: sharing)
  }

  @Test func newCacheJoinsThePoolInWhichItWastesLeast() throws {
    let engine = try makeEngine(sharing: 0.2)
    let pools = try [904, 936, 968].map { try engine.makeCache("size-\($0)", objectSize: $0) }
    for cache in pools { #expect(engine.sharers(of: cache) == [cache]) }
    let tight = try engine.makeCache("tight", objectSize: 896)
    #expect(engine.sharers(of: tight) == [pools[0], tight])
    let middle = try engine.makeCache("middle", objectSize: 912)
    #expect(engine.sharers(of: middle) == [pools[1], middle])
  }

  @Test func newCacheJoinsTheOlderOfTwoPoolsOfOneStride() throws {
    let engine = try makeEngine(sharing: 0.2)
    let performance = CacheOptions(flags: .performance)
    _ = try engine.makeCache("apart", objectSize: 904, options: performance)
    let older = try engine.makeCache("older", objectSize: 904)
    let younger = try engine.makeCache("younger", objectSize: 904)
    try engine.unshare(younger)
    let cache = try engine.makeCache("new", objectSize: 904)
    #expect(engine.sharers(of: cache) == [older, cache])
  }

  @Test func newCacheJoinsAPoolIfItWastesAtMostTheBound() throws {
    let engine = try makeEngine(sharing: 0.125)
    let host = try engine.makeCache("host", objectSize: 1024)
    let atBound = try engine.makeCache("at bound", objectSize: 896)
    let beyond = try engine.makeCache("beyond", objectSize: 888)
    #expect(engine.sharers(of: host) == [host, atBound])
    #expect(engine.sharers(of: beyond) == [beyond])
  }

  @Test func boundOfZeroAllowsEqualStridesOnly() throws {
    let engine = try makeEngine(sharing: 0)
    let first = try engine.makeCache("first", objectSize: 1000)
    let smaller = try engine.makeCache("smaller", objectSize: 992)
    let equal = try engine.makeCache("equal", objectSize: 999)
    #expect(engine.sharers(of: first) == [first, equal] && engine.sharers(of: smaller) == [smaller])
  }

  @Test func newCacheNeverJoinsAPoolOfSmallerObjects() throws {
    let engine = try makeEngine(sharing: 0.2)
    let small = try engine.makeCache("small", objectSize: 1000)
    let large = try engine.makeCache("large", objectSize: 1008)
    #expect(engine.sharers(of: small) == [small] && engine.sharers(of: large) == [large])
  }

  @Test func mergeWindowIsADifferenceOfStridesInBytes() throws {
    var configuration = EngineConfiguration(memoryBytes: 8 << 20, generalCacheSizes: [8192])
    configuration.mergeWindow = 16
    let engine = try SlabEngine(configuration)
    let host = try engine.makeCache("host", objectSize: 1016)
    let inside = try engine.makeCache("inside", objectSize: 1008)
    let outside = try engine.makeCache("outside", objectSize: 1000)
    #expect(engine.sharers(of: host) == [host, inside])
    #expect(engine.sharers(of: outside) == [outside])
  }

  @Test func cacheLeavesASharedPoolWhenItsWasteExceedsASlabOfItsOwn() throws {
    let engine = try SlabEngineTests.makeEngine(sizes: [8192], sharing: 0.125, orders: OrderPolicy(maximumOrder: 0))
    let host = try engine.makeCache("host", objectSize: 1024)
    let guest = try engine.makeCache("guest", objectSize: 896)
    // Each of the guest's objects wastes 128 bytes; 32 waste exactly a slab of a page.
    #expect(engine.takeFromSlabs(32, of: guest).count == 32)
    engine.reap()
    #expect(engine.sharers(of: guest) == [host, guest])
    #expect(engine.takeFromSlabs(1, of: guest).count == 1)
    engine.reap()
    #expect(engine.sharers(of: guest) == [guest] && engine.validate() == [])
  }

  @Test func cacheThatLeavesASharedPoolNoLongerGrowsIt() throws {
    let engine = try SlabEngineTests.makeEngine(sizes: [8192], sharing: 0.125, orders: OrderPolicy(maximumOrder: 0))
    let host = try engine.makeCache("host", objectSize: 1024)
    let guest = try engine.makeCache("guest", objectSize: 896)
    // The ninth slab of four objects is added when the waste is exactly a page, and not more.
    #expect(engine.takeFromSlabs(36, of: guest).count == 36)
    #expect(engine.sharers(of: guest) == [host, guest])
    #expect(engine.takeFromSlabs(1, of: guest).count == 1)
    #expect(engine.sharers(of: guest) == [guest])
    #expect(engine.pool(of: host).inspect(\.counts.totalObjects) == 36)
    #expect(engine.pool(of: guest).inspect { ($0.slabs, $0.geometry.stride) } == (1, 896))
    #expect(engine.validate() == [])
  }

  @Test func exportedSizeIsTheObjectSizeRoundedDown() throws {
    let engine = try makeEngine(sharing: 0)
    let odd = try engine.export(try engine.makeCache("odd", objectSize: 103))
    #expect((odd.name, odd.objectSize) == ("kmalloc-96", 96))
    let power = try engine.makeCache("power", objectSize: 135, options: CacheOptions(alignment: 8))
    #expect(throws: EngineError.self) { try engine.export(power) }
    let largest = try engine.makeCache("largest", objectSize: 8200)
    #expect(throws: EngineError.self) { try engine.export(largest) }
    let tiny = try engine.makeCache("tiny", objectSize: 7)
    #expect(throws: EngineError.self) { try engine.export(tiny) }
  }
}
