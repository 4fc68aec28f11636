import Testing

@testable import SlabEngine

/// One round of the shuffler: which pools it processes, and what happens to the objects of a slab.
@Suite struct ShuffleRoundTests {
  private let unlimited = ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: .max)

  /// Creates a cache with sparse slabs: of 16 objects each, one is in use. Any of its objects may be moved.
  private func makeSparseCache(_ engine: SlabEngine, _ name: String, slabs: Int) throws -> SlabCache {
    let mover: ObjectMover = { move in
      move.perform()
      return .yes
    }
    let cache = try engine.makeCache(name, objectSize: 256, options: CacheOptions(mover: mover))
    let objects = engine.takeFromSlabs(slabs * 16, of: cache)
    engine.returnToSlabs(objects.indices.filter { $0 % 16 != 0 }.map { objects[$0] }, of: cache)
    return cache
  }

  private func makeEngine() throws -> SlabEngine {
    try SlabEngineTests.makeEngine(cpus: 1, sizes: [8192], orders: OrderPolicy(maximumOrder: 0))
  }

  @Test func roundBeginsWithThePoolAtWhichThePreviousOneEnded() throws {
    let engine = try makeEngine()
    for name in ["first", "second", "third"] { _ = try makeSparseCache(engine, name, slabs: 8) }
    // The budget is spent with the first object that moves.
    let shuffler = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: 1, nanosecondsPerRound: .max))
    var order: [String] = []
    for _ in 0..<4 {
      let before = shuffler.ledger.caches
      #expect(shuffler.step())
      order += shuffler.ledger.caches.filter { $0.value.objectsMoved > before[$0.key]?.objectsMoved ?? 0 }.map(\.key)
    }
    #expect(order == ["first", "second", "third", "first"])
  }

  @Test func roundWithoutBudgetProcessesNoPool() throws {
    let engine = try makeEngine()
    _ = try makeSparseCache(engine, "sparse", slabs: 8)
    let shuffler = Shuffler(
      engine, budget: ShuffleBudget(bytesPerRound: 0, nanosecondsPerRound: .max, backedFreePages: .max))
    #expect(!shuffler.step())
    #expect(shuffler.ledger.rounds == 1 && shuffler.ledger.caches.isEmpty)
  }

  @Test func poolBelowTheThresholdOfFragmentationIsLeftAlone() throws {
    let engine = try makeEngine()
    let cache = try makeSparseCache(engine, "sparse", slabs: 8)
    // 120 of 128 objects are free: a share of 0.9375.
    let patient = Shuffler(
      engine,
      budget: ShuffleBudget(
        bytesPerRound: .max, nanosecondsPerRound: .max, freeShare: 0.9375, backedFreePages: .max))
    #expect(!patient.step() && patient.ledger.caches.isEmpty)
    #expect(engine.pool(of: cache).inspect { !$0.isFragmented(beyond: 0.9375, inDepots: 0) })
    #expect(engine.pool(of: cache).inspect { $0.isFragmented(beyond: 0.9374, inDepots: 0) })
    #expect(engine.pool(of: cache).inspect { $0.isFragmented(beyond: 0.9375, inDepots: 1) })
  }

  @Test func poolWithFreeObjectsForLessThanASlabIsNotFragmented() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("dense", objectSize: 256)
    let objects = engine.takeFromSlabs(32, of: cache)
    engine.returnToSlabs(objects[..<8], of: cache)
    engine.returnToSlabs(objects[16..<24], of: cache)
    #expect(engine.pool(of: cache).inspect { !$0.isFragmented(beyond: 0, inDepots: 0) })
    engine.returnToSlabs(objects[24..<25], of: cache)
    #expect(engine.pool(of: cache).inspect { $0.isFragmented(beyond: 0, inDepots: 0) })
  }

  @Test func eachObjectMovesAtMostOnceIntoAsFewSlabsAsHoldThem() throws {
    let engine = try makeEngine()
    let cache = try makeSparseCache(engine, "sparse", slabs: 8)
    let shuffler = Shuffler(engine, budget: unlimited)
    #expect(shuffler.step())
    let sample = try engine.sample().cache("sparse")
    #expect((sample.liveObjects, sample.partialSlabs) == (8, 1))
    let entry = try #require(shuffler.ledger.caches["sparse"])
    #expect((entry.objectsMoved, entry.bytesMoved) == (7, 7 * 256))
    #expect((entry.slabsEvacuated, entry.slabsPinned, entry.pagesEvacuated) == (7, 0, 7))
    #expect(entry.pagesReclaimed == sample.slabsReturned && entry.answers == [.yes: 7])
    #expect(entry.nanoseconds > 0 && entry.nanoseconds <= shuffler.ledger.nanoseconds)
    #expect(engine.validate() == [])
    // Nothing is left to do, and the next round says so.
    #expect(!Shuffler(engine, budget: unlimited).step())
    #expect(engine.cache(named: "sparse") == cache)
  }

  @Test func refusalInTheMiddleOfASlabKeepsTheObjectsThatHaveMoved() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("partly", objectSize: 256)
    let objects = engine.takeFromSlabs(48, of: cache)
    // Four, six and eight objects remain in use.
    engine.returnToSlabs(objects[4..<16], of: cache)
    engine.returnToSlabs(objects[22..<32], of: cache)
    engine.returnToSlabs(objects[40..<48], of: cache)
    let moves = Guarded(0)
    defer { moves.destroy() }
    // The third object stays, and so do all after it.
    engine.setMover(
      { move in
        let number = moves.withLock { moves in
          moves += 1
          return moves
        }
        guard number < 3 else { return .later }
        move.perform()
        return .yes
      }, for: cache)
    // The fullest slab serves as target for the other two, and is not evacuated.
    let shuffler = Shuffler(engine, budget: unlimited)
    shuffler.step()
    let total = shuffler.ledger.total
    #expect(total.objectsMoved == 2 && total.slabsEvacuated == 0 && total.slabsPinned == 2)
    #expect(total.answers == [.yes: 2, .later: 2])
    #expect(try engine.sample().cache("partly").liveObjects == 18)
    #expect(engine.validate() == [])
  }

  @Test func objectInTheMiddleOfASlabThatMustNotMovePinsTheSlab() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("partly", objectSize: 256)
    let objects = engine.takeFromSlabs(32, of: cache)
    // Six objects of the first slab and eight of the second remain in use.
    engine.returnToSlabs(objects[6..<16], of: cache)
    engine.returnToSlabs(objects[24..<32], of: cache)
    engine.setMover(
      { [pinned = Int(bitPattern: objects[2])] move in
        guard Int(bitPattern: move.from) != pinned else { return .no }
        move.perform()
        return .yes
      }, for: cache)
    let shuffler = Shuffler(engine, budget: unlimited)
    shuffler.step()
    #expect(shuffler.ledger.total.answers == [.yes: 2, .no: 1] && shuffler.ledger.total.slabsPinned == 1)
    // The second round does not ask for the pinned object again.
    shuffler.step()
    #expect(shuffler.ledger.total.answers[.no] == 1)
    #expect(engine.validate() == [])
  }

  @Test func timeOfARoundIsMeasuredFromItsBeginning() throws {
    let engine = try makeEngine()
    _ = try makeSparseCache(engine, "sparse", slabs: 8)
    let none = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: 0))
    none.step()
    #expect(none.ledger.total.objectsMoved == 0)
    // A minute: longer than a round takes, and shorter than any machine has been up twice.
    let minute = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: 60_000_000_000))
    minute.step()
    #expect(minute.ledger.total.slabsEvacuated == 7)
  }

  @Test func objectsInMagazinesAreReturnedAfterARoundThatFoundThem() throws {
    let engine = try makeEngine()
    let cache = try engine.makeCache("cached", objectSize: 256, options: CacheOptions(mover: { _ in .dontKnow }))
    let other = try engine.makeCache("other", objectSize: 256)
    let cpu = engine.cpu(0)
    let objects = engine.takeFromSlabs(48, of: cache)
    for object in [objects[0], objects[16], objects[32]] { cpu.free(object, to: cache) }
    engine.returnToSlabs(objects.indices.filter { $0 % 16 != 0 }.map { objects[$0] }, of: cache)
    #expect(try engine.sample().cache("cached").objectsInMagazines == 3)
    let shuffler = Shuffler(engine, budget: unlimited)
    shuffler.step()
    #expect(shuffler.ledger.total.answers == [.dontKnow: 3])
    // The CPU drains its magazines when it next takes a slow path, of whichever cache.
    _ = cpu.allocate(from: other)
    #expect(try engine.sample().cache("cached").objectsInMagazines == 0)
    #expect(engine.validate() == [])
  }

  @Test func objectOfASharedSlabWhoseCacheHasNoMoverPinsTheSlab() throws {
    let engine = try SlabEngineTests.makeEngine(
      cpus: 1, sizes: [8192], sharing: 0.125, orders: OrderPolicy(maximumOrder: 0))
    let fixed = try engine.makeCache("fixed", objectSize: 256)
    let movable = try engine.makeCache(
      "movable", objectSize: 256,
      options: CacheOptions(mover: { move in
        move.perform()
        return .yes
      }))
    // Two slabs: in the first, an object of each cache is in use; in the second, four of the fixed cache.
    let first = engine.takeFromSlabs(1, of: fixed) + engine.takeFromSlabs(15, of: movable)
    let second = engine.takeFromSlabs(16, of: fixed)
    engine.returnToSlabs(first[2...], of: movable)
    engine.returnToSlabs(second[4...], of: fixed)
    let shuffler = Shuffler(engine, budget: unlimited)
    shuffler.step()
    #expect(shuffler.ledger.total.answers[.no] == 2 && shuffler.ledger.total.slabsPinned == 2)
    #expect(try engine.sample().cache("movable").liveObjects == 1)
    #expect(engine.validate() == [])
    // Both slabs are pinned now, and are not tried again.
    shuffler.step()
    #expect(shuffler.ledger.total.answers[.no] == 2)
  }
}
