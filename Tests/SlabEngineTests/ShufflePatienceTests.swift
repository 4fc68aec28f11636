import Testing

@testable import SlabEngine

/// Patience of a round with a pool whose slabs cannot be evacuated: the round leaves the pool after eight consecutive
/// failures.
@Suite struct ShufflePatienceTests {
  private let budget = ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: .max)

  @Test func roundLeavesAPoolAfterEightConsecutiveFailures() throws {
    let engine = try makeEngine(cpus: 1)
    let cache = try makeFragmentedCache(engine, ObjectOwner(), objects: 2000)
    #expect(try engine.sample().cache("sparse").partialSlabs > 20)
    engine.setMover({ _ in .later }, for: cache)
    let shuffler = Shuffler(engine, budget: budget)
    shuffler.step()
    // The evacuation of a slab stops at the first object that stays.
    #expect(shuffler.ledger.total.answers == [.later: 8] && shuffler.ledger.total.slabsPinned == 8)
    // The next round tries again.
    shuffler.step()
    #expect(shuffler.ledger.total.answers == [.later: 16])
  }

  @Test func evacuatedSlabRenewsThePatience() throws {
    let engine = try makeEngine(cpus: 1)
    let cache = try makeFragmentedCache(engine, ObjectOwner(), objects: 2000)
    let slabs = Guarded<[UInt32]>([])
    defer { slabs.destroy() }
    // Each eighth slab can be evacuated.
    engine.setMover(
      { move in
        slabs.withLock { slabs in
          let slab = engine.slab(of: move.from)
          if slabs.last != slab { slabs.append(slab) }
          guard slabs.count % 8 == 0 else { return .later }
          move.perform()
          return .yes
        }
      }, for: cache)
    let shuffler = Shuffler(engine, budget: budget)
    shuffler.step()
    let total = shuffler.ledger.total
    #expect(total.slabsEvacuated >= 2 && total.slabsPinned > 8)
    #expect(engine.validate() == [])
  }
}
