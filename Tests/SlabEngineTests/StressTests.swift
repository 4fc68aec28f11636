import Foundation
import Testing

@testable import SlabEngine

/// All mechanisms at the same time, on more threads than cores: allocations and frees on eight CPUs; sizes added and
/// retired; caches created, shared, exported, unshared and destroyed; shuffling, shrinking, reaping, injected failures,
/// and the memory hog. Each live byte has its owner's stamp, which is checked when the object is freed.
///
/// The threads pause after each round, and the engine is validated. After some rounds all objects are freed, every page
/// must be free again, and a new engine begins.
///
/// The test takes two seconds, or as many as SLABSCOPE_STRESS_SECONDS says. SLABSCOPE_STRESS_SEED is the number of the
/// first engine, which a failure names; odd engines capture data.
@Suite struct StressTests {
  private static func number(_ name: String) -> Double? {
    ProcessInfo.processInfo.environment[name].flatMap(Double.init)
  }

  @Test func allMechanismsTogetherKeepEveryInvariant() throws {
    let end = ContinuousClock.now + .seconds(StressTests.number("SLABSCOPE_STRESS_SECONDS") ?? 2)
    var seed = UInt64(StressTests.number("SLABSCOPE_STRESS_SEED") ?? 1)
    repeat {
      try run(StressedEngine(seed: seed, capturesData: seed & 1 == 1), until: end)
      seed += 1
    } while ContinuousClock.now < end
  }

  /// Indices of destroyed caches and of pools are not reused, so that one engine serves a limited number of rounds.
  private static let mostRounds = 60

  private func run(_ stress: StressedEngine, until end: ContinuousClock.Instant) throws {
    let shuffler = Shuffler(stress.engine, budget: ShuffleBudget(interval: 1_000_000, freeShare: 0.02))
    for round in 0..<StressTests.mostRounds where round == 0 || ContinuousClock.now < end {
      shuffler.start()
      stress.runRound(UInt64(round))
      shuffler.stop()
      stress.engine.injectPageFailures(nil)
      try #require(stress.engine.validate() == [], "engine \(stress.seed), round \(round)")
      try #require(stress.errors.withLock { $0 } == [], "engine \(stress.seed), round \(round)")
    }
    let allocations = stress.engine.sample().caches.reduce(0) { $0 + $1.allocations }
    #expect(allocations > 10_000 && shuffler.ledger.rounds > 0)
    try stress.freeEverything()
    try #require(stress.engine.validate() == [], "engine \(stress.seed), after the last round")
    let sample = stress.engine.sample()
    #expect(sample.caches.allSatisfy { $0.liveObjects == 0 && $0.slabBytes == 0 && $0.objectsInMagazines == 0 })
    #expect(sample.freePages << 12 == sample.memoryBytes && sample.hogPages == 0 && sample.largeObjects == 0)
    #expect(stress.engine.faultCounts == [:])
  }
}
