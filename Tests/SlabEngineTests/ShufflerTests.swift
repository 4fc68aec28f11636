import Glibc
import Synchronization
import Testing

@testable import SlabEngine

@Suite struct ShufflerTests {
  @Test func sparseSlabsAreEvacuatedAndTheirPagesReturned() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try makeFragmentedCache(engine, owner, objects: 4000)
    let before = try engine.sample().cache("sparse")
    let shuffler = Shuffler(
      engine, budget: ShuffleBudget(bytesPerRound: 64 << 10, nanosecondsPerRound: .max, backedFreePages: 0))
    for _ in 0..<40 { shuffler.step() }
    let after = try engine.sample().cache("sparse")
    let freeBytes = before.freeObjectsInPartialSlabs * before.stride
    #expect(after.liveObjects == 1000 && owner.isIntact)
    #expect(engine.validate() == [])
    // At least 60 % of the bytes that were free in slabs were reclaimed.
    #expect(Double(before.slabBytes - after.slabBytes) >= 0.6 * Double(freeBytes))
    let entry = try #require(shuffler.ledger.caches["sparse"])
    #expect(entry.pagesReclaimed * 4096 == before.slabBytes - after.slabBytes)
    #expect(entry.pagesEvacuated > 0 && entry.pagesEvacuated <= entry.pagesReclaimed)
    #expect(entry.bytesMoved == entry.objectsMoved * 500 && entry.answers == [.yes: entry.objectsMoved])
    #expect(shuffler.ledger.rounds == 40 && shuffler.ledger.pagesReleased > 0)
    for number in Swift.stride(from: 0, to: 4000, by: 4) { engine.cpu(0).free(owner.remove(number)!, to: cache) }
    try engine.destroy(cache)
    #expect(engine.sample().freePages == 2048)
  }

  @Test func shufflerWithoutAMoverReturnsOnlyEmptySlabs() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try makeFragmentedCache(engine, owner, objects: 4000)
    engine.setMover(nil, for: cache)
    let before = try engine.sample().cache("sparse")
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<5 { shuffler.step() }
    #expect(try engine.sample().cache("sparse").slabBytes == before.slabBytes && owner.isIntact)
    #expect(shuffler.ledger.total.answers.isEmpty && shuffler.ledger.total.slabsPinned == 0)
    // A mover that is set later finds no slab marked as pinned.
    engine.setMover(owner.mover, for: cache)
    for _ in 0..<40 { shuffler.step() }
    #expect(shuffler.ledger.total.pagesEvacuated > 0 && owner.isIntact && engine.validate() == [])
  }

  @Test func roundStopsWhenItsBudgetIsSpent() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    _ = try makeFragmentedCache(engine, owner, objects: 2000)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: 5000, nanosecondsPerRound: .max))
    shuffler.step()
    // The evacuation of a slab is finished even if the budget is spent meanwhile.
    let moved = shuffler.ledger.total.bytesMoved
    #expect((5000..<5000 + 32 * 500).contains(moved))
  }

  @Test(arguments: [MoveAnswer.no, .later, .dontKnow])
  func objectsThatTheMoverRefusesStayInPlace(answer: MoveAnswer) throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try makeFragmentedCache(engine, owner, objects: 1000)
    engine.setMover({ _ in answer }, for: cache)
    let before = engine.sample()
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<3 { shuffler.step() }
    #expect(engine.sample().caches == before.caches.map { $0.withFlushes(of: engine) } && owner.isIntact)
    #expect(shuffler.ledger.total.objectsMoved == 0 && Set(shuffler.ledger.total.answers.keys) == [answer])
    // The mover is asked only once for a slab with an object that never moves.
    if answer == .no { #expect(shuffler.ledger.total.answers[.no]! <= before.caches.last!.partialSlabs) }
    #expect(engine.validate() == [])
  }

  @Test func objectsThatTheMoverDoesNotNeedAreFreed() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let cache = try makeFragmentedCache(engine, ObjectOwner(), objects: 1000)
    engine.setMover({ _ in .dontNeed }, for: cache)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<20 { shuffler.step() }
    #expect(try engine.sample().cache("sparse").liveObjects < 250)
    #expect(engine.validate() == [])
  }

  /// On a low-memory machine the reclaimed pages are then allocated; on a high-memory machine they are only counted.
  @Test(arguments: [4, 16, 8192])
  func shufflerReclaimsPagesOnSmallAndLargeMachines(megabytes: Int) throws {
    let engine = try makeEngine(megabytes: megabytes, cpus: 1)
    let owner = ObjectOwner()
    let objects = min(megabytes * 1500, 40_000)
    _ = try makeFragmentedCache(engine, owner, objects: objects)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: .max))
    let pages = engine.sample().freePages
    shuffler.step()
    #expect(engine.sample().freePages - pages > objects / 8 / 3)
    #expect(owner.isIntact && engine.validate() == [])
    if megabytes == 4 {
      // More blocks of four pages than were free before.
      let blocks = (0..<pages / 4 + 10).compactMap { _ in engine.cpu(0).allocate(bytes: 16 << 10) }
      #expect(blocks.count == pages / 4 + 10)
    }
  }

  @Test func backgroundShufflerMayRunWhileThreadsAllocateAndFree() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 3)
    let owners = (0..<3).map { _ in ObjectOwner() }
    let caches = try owners.enumerated().map { index, owner in
      try engine.makeCache("moving-\(index)", objectSize: 200 + index, options: CacheOptions(mover: owner.mover))
    }
    let shuffler = Shuffler(engine, budget: ShuffleBudget(interval: 100_000, freeShare: 0.01))
    shuffler.start()
    let workers = (0..<3).map { index in
      JoinableThread { owners[index].churn(on: engine.cpu(index), caches[index], seed: UInt64(index), steps: 30_000) }
    }
    for worker in workers { worker.join() }
    shuffler.stop()
    #expect(owners.allSatisfy { $0.isIntact })
    #expect(engine.validate() == [])
    #expect(engine.faultCounts.isEmpty)
    #expect(shuffler.ledger.rounds > 0)
  }
}

extension CacheSample {
  /// The sample with the current numbers of flushes and lock acquisitions, which change even if the shuffler moves no
  /// object, because it returns the targets of the moves.
  fileprivate func withFlushes(of engine: SlabEngine) -> CacheSample {
    var sample = self
    let now = engine.sample().caches.first { $0.name == name }
    (sample.flushes, sample.lockAcquisitions) = (now?.flushes ?? 0, now?.lockAcquisitions)
    return sample
  }
}
