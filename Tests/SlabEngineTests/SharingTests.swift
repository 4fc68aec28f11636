import Testing

@testable import SlabEngine

@Suite struct SharingTests {
  @Test func cachesOfSimilarSizeShareSlabsAndAreCountedSeparately() throws {
    let engine = try makeEngine(sizes: (3...13).map { 1 << $0 }, sharing: 0.125)
    let first = try engine.makeCache("first", objectSize: 232)
    // Objects that are in use when the second cache joins keep their owner.
    let early = (0..<50).map { _ in engine.cpu(0).allocate(from: first)! }
    let second = try engine.makeCache("second", objectSize: 225)
    #expect(engine.sharers(of: second).map(\.name) == ["kmalloc-256", "first", "second"])
    let late = (0..<30).map { _ in engine.cpu(1).allocate(from: second)! }
    let general = (0..<20).map { _ in engine.cpu(1).allocate(bytes: 240)! }
    #expect(try live(engine) == ["first": 50, "second": 30, "kmalloc-256": 20])
    #expect(engine.validate() == [])
    let owners = try engine.sample(mapping: second).cache("second").slabs?.map(\.owner) ?? []
    #expect(owners.first == "first" && Set(owners).isSubset(of: ["first", "second", "kmalloc-256"]))
    // Freed without naming the cache, on other CPUs.
    for object in early { engine.cpu(1).free(object) }
    for object in late { engine.cpu(0).free(object) }
    #expect(try live(engine) == ["first": 0, "second": 0, "kmalloc-256": 20])
    for object in general { engine.cpu(0).free(object) }
    #expect(try live(engine) == ["first": 0, "second": 0, "kmalloc-256": 0])
    #expect(engine.validate() == [])
    let sample = engine.sample()
    #expect(sample.accountedBytes == sample.memoryBytes)
    // The objects are in magazines now; the figures of the slabs are reported by their holder.
    let shared = try sample.cache("second")
    #expect(shared.slabHolder == "kmalloc-256" && shared.slabsByOrder.allSatisfy { $0 == 0 })
    #expect(shared.slabBytes == shared.objectsInMagazines * 256)
  }

  @Test func growingCacheLeavesSharedSlabsBeforeTheyGrow() throws {
    let engine = try makeEngine(sizes: (3...13).map { 1 << $0 }, sharing: 0.125)
    let cache = try engine.makeCache("growing", objectSize: 232)
    #expect(engine.sharers(of: cache).count == 2)
    for _ in 0..<2000 { #expect(engine.cpu(0).allocate(from: cache) != nil) }
    // Each object wastes 24 bytes; 170 objects waste a page.
    #expect(engine.sharers(of: cache).map(\.name) == ["growing"] && engine.validate() == [])
    let shared = try engine.sample().cache("kmalloc-256")
    #expect(shared.totalObjects < 400)
    #expect(try live(engine)["growing"] == 2000)
  }

  @Test func optionsThatExcludeSharingKeepSlabsSeparate() throws {
    let engine = try makeEngine(sharing: 0.125)
    _ = try engine.makeCache("host", objectSize: 1000)
    let optionsByName: [(String, CacheOptions)] = [
      ("performance", CacheOptions(flags: .performance)), ("poison", CacheOptions(flags: .poison)),
      ("constructed", CacheOptions(constructor: { _ in })), ("aligned", CacheOptions(alignment: 64)),
      ("remote", CacheOptions(remoteFrees: .returnedToAllocatingCPU)),
    ]
    for (name, options) in optionsByName {
      let cache = try engine.makeCache(name, objectSize: 1000, options: options)
      #expect(engine.sharers(of: cache).map(\.name) == [name])
    }
    let wasteful = try engine.makeCache("wasteful", objectSize: 800)
    #expect(engine.sharers(of: wasteful).map(\.name) == ["wasteful"])
  }

  @Test func exportedCacheServesRequestsOfItsSize() throws {
    let engine = try makeEngine()
    let heads = try engine.makeCache("skbuff_head_cache", objectSize: 232)
    let exported = try engine.export(heads)
    let head = try #require(engine.cpu(0).allocate(from: heads))
    let data = try #require(engine.cpu(0).allocate(bytes: 230))
    #expect(engine.generalCacheSizes.contains(232))
    #expect(try live(engine) == ["skbuff_head_cache": 1, "kmalloc-232": 1])
    #expect(engine.sharers(of: exported).map(\.name) == ["skbuff_head_cache", "kmalloc-232"])
    engine.cpu(1).free(data)
    engine.cpu(1).free(head)
    #expect(try live(engine) == ["skbuff_head_cache": 0, "kmalloc-232": 0])
    #expect(engine.validate() == [])
    #expect(throws: EngineError.self) { try engine.export(heads) }
    // If the size is retired and exported again, it gets its former cache, which shares the same slabs. Another cache
    // cannot be exported as this size.
    try engine.retireGeneralCache(size: 232)
    #expect(try engine.export(heads) == exported)
    try engine.retireGeneralCache(size: 232)
    let other = try engine.makeCache("other", objectSize: 232)
    #expect(throws: EngineError.self) { try engine.export(other) }
  }

  @Test func poolRefusesMembersBeyondItsMaximum() throws {
    let engine = try makeEngine(sharing: 0.5)
    let caches = try (0..<20).map { try engine.makeCache("cache-\($0)", objectSize: 5000 + $0 * 8) }
    #expect(engine.sharers(of: caches[0]).count == PoolMembers.most)
    #expect(engine.sharers(of: caches[19]).map(\.name).contains("cache-0") == false)
    #expect(throws: EngineError.self) { try engine.export(caches[0]) }
    #expect(engine.validate() == [])
  }

  @Test func unsharedCacheReturnsItsObjectsToTheSharedSlabs() throws {
    let engine = try makeEngine()
    let host = try engine.makeCache("host", objectSize: 200)
    let guest = try engine.export(host)
    let old = (0..<40).map { _ in engine.cpu(0).allocate(from: guest)! }
    let hosts = (0..<40).map { _ in engine.cpu(0).allocate(from: host)! }
    try engine.unshare(guest)
    #expect(throws: EngineError.self) { try engine.unshare(guest) }
    engine.cpu(0).drain(guest)
    let new = (0..<40).map { _ in engine.cpu(0).allocate(from: guest)! }
    #expect(engine.validate() == [])
    #expect(try engine.sample().cache(guest.name).slabs == nil && engine.sample().cache(guest.name).slabBytes > 0)
    for object in old + new { engine.cpu(1).free(object) }
    for object in hosts { engine.cpu(1).free(object, to: host) }
    for cache in [host, guest] {
      for cpu in 0..<2 { engine.cpu(cpu).drain(cache) }
      engine.shrink(cache)
    }
    #expect(try live(engine) == ["host": 0, guest.name: 0])
    #expect(engine.validate() == [])
    try engine.destroy(host)
    #expect(engine.validate() == [])
    #expect(engine.sample().freePages == 2048)
  }

  @Test func reapUnsharesCachesThatWasteMoreThanSharingSaves() throws {
    let engine = try makeEngine(sharing: 0.125)
    let host = try engine.makeCache("host", objectSize: 640)
    let guest = try engine.makeCache("guest", objectSize: 576)
    let few = (0..<20).map { _ in engine.cpu(0).allocate(from: guest)! }
    engine.reap()
    #expect(engine.sharers(of: guest) == [host, guest])
    // Each object wastes 64 bytes. With 129 objects this is more than a slab of 8 KiB, so that the guest leaves at once
    // or, if the shared slabs have just grown for it, when they would have to grow again.
    let many = (0..<200).map { _ in engine.cpu(1).allocate(from: guest)! }
    engine.reap()
    #expect(engine.sharers(of: guest) == [guest])
    engine.cpu(1).drain(guest)
    let own = (0..<100).map { _ in engine.cpu(1).allocate(from: guest)! }
    let sample = engine.sample()
    #expect(try sample.cache("guest").stride == 576)
    #expect(try sample.cache("guest").strayBytes > 64 * 120)
    #expect(sample.accountedBytes == sample.memoryBytes)
    #expect(engine.validate() == [])
    for object in few + many + own { engine.cpu(0).free(object) }
    for cpu in 0..<2 { engine.cpu(cpu).drain(guest) }
    engine.shrink(guest)
    #expect(try engine.sample().cache("guest").strayBytes == 0)
    #expect(engine.validate() == [])
  }

  @Test func destroyingAMemberKeepsTheOtherMembers() throws {
    let engine = try makeEngine(sharing: 0.125)
    let caches = try (0..<4).map { try engine.makeCache("cache-\($0)", objectSize: 3000 + $0 * 8) }
    let objects = caches.map { engine.cpu(0).allocate(from: $0)! }
    engine.cpu(1).free(objects[0])
    try engine.destroy(caches[0])
    #expect(throws: EngineError.self) { try engine.destroy(caches[1]) }
    #expect(engine.validate() == [])
    for object in objects[1...] { engine.cpu(1).free(object) }
    for cache in caches[1...] { try engine.destroy(cache) }
    #expect(engine.sample().freePages == 2048)
    #expect(engine.validate() == [])
  }

  /// Live objects of the caches that have allocated any.
  private func live(_ engine: SlabEngine) throws -> [String: Int] {
    var live: [String: Int] = [:]
    for cache in engine.sample().caches where cache.allocations > 0 { live[cache.name] = cache.liveObjects }
    return live
  }
}
