import Testing

@testable import SlabEngine

/// A slab that is being evacuated (S8).
@Suite struct EvacuationTests {
  /// Returns an engine with a cache of 16 objects per slab, and the objects of two full slabs.
  private func makeTwoSlabs() throws -> (SlabEngine, SlabCache, [UnsafeMutableRawPointer], [UnsafeMutableRawPointer]) {
    let engine = try makeEngine(cpus: 1, orders: OrderPolicy(maximumOrder: 0))
    let cache = try engine.makeCache("evacuated", objectSize: 256)
    let objects = engine.takeFromSlabs(32, of: cache)
    return (engine, cache, Array(objects[..<16]), Array(objects[16...]))
  }

  @Test func noObjectIsAllocatedFromASlabThatIsBeingEvacuated() throws {
    let (engine, cache, fuller, sparser) = try makeTwoSlabs()
    engine.returnToSlabs(fuller[..<1], of: cache)
    engine.returnToSlabs(sparser[..<4], of: cache)
    let (frame, pool) = (engine.slab(of: fuller[0]), engine.pool(of: cache))
    let inUse = try #require(pool.withLock { $0.beginEvacuation(frame) })
    #expect(Set(inUse.map(\.address)) == Set(fuller[1...]) && inUse.allSatisfy { $0.owner == cache.index })
    // The other slab serves four objects, and then the pool grows.
    let slabs = engine.takeFromSlabs(5, of: cache).map { engine.slab(of: $0) }
    #expect(slabs[..<4].allSatisfy { $0 == engine.slab(of: sparser[0]) } && !slabs.contains(frame))
    #expect(pool.withLock { $0.beginEvacuation(frame) } == nil, "the evacuation has begun already")
    #expect(pool.withLock { $0.finishEvacuation(frame, isPinned: false) } == false)
    #expect(engine.takeFromSlabs(1, of: cache).map { engine.slab(of: $0) } == [frame])
    #expect(engine.validate() == [])
  }

  @Test func objectsMayBeFreedIntoASlabThatIsBeingEvacuated() throws {
    let (engine, cache, objects, _) = try makeTwoSlabs()
    engine.returnToSlabs(objects[..<1], of: cache)
    let (frame, pool) = (engine.slab(of: objects[0]), engine.pool(of: cache))
    _ = pool.withLock { $0.beginEvacuation(frame) }
    engine.returnToSlabs(objects[1...], of: cache)
    #expect(try engine.sample().cache("evacuated").emptySlabs == 0)
    #expect(pool.withLock { $0.finishEvacuation(frame, isPinned: false) })
    #expect(try engine.sample().cache("evacuated").emptySlabs == 1)
    #expect(engine.validate() == [])
  }

  @Test func fullAndEmptySlabsAreNotEvacuated() throws {
    let (engine, cache, full, empty) = try makeTwoSlabs()
    engine.returnToSlabs(empty, of: cache)
    for object in [full[0], empty[0]] {
      #expect(engine.pool(of: cache).withLock { $0.beginEvacuation(engine.slab(of: object)) } == nil)
    }
  }

  @Test func pinnedSlabIsNoCandidate() throws {
    let (engine, cache, first, second) = try makeTwoSlabs()
    for objects in [first, second] { engine.returnToSlabs(objects[..<8], of: cache) }
    let (frame, pool) = (engine.slab(of: first[0]), engine.pool(of: cache))
    _ = pool.withLock { $0.beginEvacuation(frame) }
    _ = pool.withLock { $0.finishEvacuation(frame, isPinned: true) }
    #expect(pool.withLock { $0.sparseSlabs() } == [engine.slab(of: second[0])])
  }

  @Test func slabIsEvacuatedOnlyIfTheOtherPartialSlabsHaveRoom() throws {
    let (engine, cache, first, second) = try makeTwoSlabs()
    engine.returnToSlabs(first[..<8], of: cache)
    engine.returnToSlabs(second[..<7], of: cache)
    // Eight objects of the first slab do not fit into the seven free ones of the second; nine of the second do not fit.
    let pool = engine.pool(of: cache)
    let frames = [first, second].map { engine.slab(of: $0[0]) }
    #expect(frames.map { frame in pool.withLock { $0.hasRoomElsewhere(than: frame) } } == [false, false])
    engine.returnToSlabs(second[7..<8], of: cache)
    #expect(frames.map { frame in pool.withLock { $0.hasRoomElsewhere(than: frame) } } == [true, true])
  }
}
