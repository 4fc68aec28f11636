import Glibc
import Synchronization
import Testing

@testable import SlabEngine

/// Free objects that another thread holds for a moment: they are in use and in no magazine, but not live.
@Suite struct CacheTransferTests {
  @Test func cacheIsDestroyedAlthoughTheShufflerHoldsTargetsForItsMoves() throws {
    let engine = try makeEngine(cpus: 1, orders: OrderPolicy(maximumOrder: 0))
    let destruction = Destruction(engine, try engine.makeCache("destroyed", objectSize: 256))
    let (cpu, cache) = (engine.cpu(0), destruction.cache)
    // Two partial slabs, with an object in use each that is free in the CPU's magazine.
    let objects = engine.takeFromSlabs(32, of: cache)
    for object in [objects[0], objects[31]] { cpu.free(object, to: cache) }
    engine.returnToSlabs(objects[1..<31], of: cache)
    engine.setMover({ _ in destruction.begin() }, for: cache)
    Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max)).step()
    destruction.thread.withLock { $0?.join() }
    #expect(destruction.outcome.withLock { $0 } == "destroyed")
    #expect(engine.validate() == [] && engine.sample().freePages == 2048)
  }

  @Test func objectsInUseAreMeasuredWhileNoTransferIsInProgress() {
    let transfers = CacheTransfers()
    var measured = 0
    transfers.begin()
    let objects = transfers.objectsInUse {
      measured += 1
      // Until the second measurement, the transfer adds four objects.
      if measured == 2 { transfers.end() }
      return measured < 3 ? 5 : 1
    }
    #expect((objects, measured) == (1, 3))
    #expect(transfers.objectsInUse { 7 } == 7)
    transfers.begin()
    #expect(transfers.objectsInUse { 0 } == 0, "a transfer only adds to the number")
  }
}

/// Destruction of a cache on another thread, which a mover begins.
private final class Destruction: Sendable {
  let cache: SlabCache
  let thread = Guarded<JoinableThread?>(nil)
  let outcome = Guarded("running")
  private let engine: SlabEngine

  init(_ engine: SlabEngine, _ cache: SlabCache) { (self.engine, self.cache) = (engine, cache) }

  deinit {
    thread.destroy()
    outcome.destroy()
  }

  /// Begins the destruction, and gives it some time before the mover answers.
  func begin() -> MoveAnswer {
    thread.withLock { thread in
      guard thread == nil else { return }
      thread = JoinableThread { [self] in
        let result: String
        do {
          try engine.destroy(cache)
          result = "destroyed"
        } catch { result = "\(error)" }
        outcome.withLock { $0 = result }
      }
    }
    for _ in 0..<20 where outcome.withLock({ $0 }) == "running" { usleep(1000) }
    return .dontKnow
  }
}
