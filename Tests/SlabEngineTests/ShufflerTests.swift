import Glibc
import Synchronization
import Testing

@testable import SlabEngine

@Suite struct ShufflerTests {
  /// A cache of which three of four objects were freed, all over its slabs.
  private func fragment(_ engine: SlabEngine, _ owner: ObjectOwner, objects: Int) throws -> SlabCache {
    let cache = try engine.makeCache("sparse", objectSize: 500, options: CacheOptions(mover: owner.mover))
    let cpu = engine.cpu(0)
    for number in 0..<objects { owner.hold(try #require(cpu.allocate(from: cache)), as: number) }
    for number in 0..<objects where number % 4 != 0 { cpu.free(owner.release(number)!, to: cache) }
    cpu.drain(cache)
    engine.shrink(cache)
    return cache
  }

  @Test func sparseSlabsAreEvacuatedAndTheirPagesReturned() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try fragment(engine, owner, objects: 4000)
    let before = try engine.sample().cache("sparse")
    let shuffler = Shuffler(
      engine, budget: ShuffleBudget(bytesPerRound: 64 << 10, nanosecondsPerRound: .max, backedFreePages: 0))
    for _ in 0..<40 { shuffler.step() }
    let after = try engine.sample().cache("sparse")
    let held = before.freeObjectsInPartialSlabs * before.stride
    #expect(after.liveObjects == 1000 && owner.isWhole)
    #expect(engine.validate() == [])
    // Of what was free and held, at least 60 % went back.
    #expect(Double(before.slabBytes - after.slabBytes) >= 0.6 * Double(held))
    let entry = try #require(shuffler.ledger.caches["sparse"])
    #expect(entry.pagesEarned * 4096 == before.slabBytes - after.slabBytes)
    #expect(entry.pagesEvacuated > 0 && entry.pagesEvacuated <= entry.pagesEarned)
    #expect(entry.bytesMoved == entry.objectsMoved * 500 && entry.answers == [.yes: entry.objectsMoved])
    #expect(shuffler.ledger.rounds == 40 && shuffler.ledger.pagesToSystem > 0)
    for number in Swift.stride(from: 0, to: 4000, by: 4) { engine.cpu(0).free(owner.release(number)!, to: cache) }
    try engine.destroy(cache)
    #expect(engine.sample().freePages == 2048)
  }

  @Test func withoutAMoverOnlyEmptySlabsAreReturned() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try fragment(engine, owner, objects: 4000)
    engine.setMover(nil, for: cache)
    let before = try engine.sample().cache("sparse")
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<5 { shuffler.step() }
    #expect(try engine.sample().cache("sparse").slabBytes == before.slabBytes && owner.isWhole)
    #expect(shuffler.ledger.total.answers.isEmpty && shuffler.ledger.total.slabsKept == 0)
    // A mover that comes later finds no slab marked as pinned.
    engine.setMover(owner.mover, for: cache)
    for _ in 0..<40 { shuffler.step() }
    #expect(shuffler.ledger.total.pagesEvacuated > 0 && owner.isWhole && engine.validate() == [])
  }

  @Test func aRoundKeepsToItsBudget() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    _ = try fragment(engine, owner, objects: 2000)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: 5000, nanosecondsPerRound: .max))
    shuffler.step()
    // A slab that was begun is finished.
    let moved = shuffler.ledger.total.bytesMoved
    #expect((5000..<5000 + 32 * 500).contains(moved))
  }

  @Test(arguments: [MoveAnswer.no, .later, .dontKnow])
  func whatDoesNotMoveStaysWhereItIs(answer: MoveAnswer) throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let owner = ObjectOwner()
    let cache = try fragment(engine, owner, objects: 1000)
    engine.setMover({ _ in answer }, for: cache)
    let before = engine.sample()
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<3 { shuffler.step() }
    #expect(engine.sample().caches == before.caches.map { $0.withFlushes(of: engine) } && owner.isWhole)
    #expect(shuffler.ledger.total.objectsMoved == 0 && Set(shuffler.ledger.total.answers.keys) == [answer])
    // A slab with an object that never moves is asked about once.
    if answer == .no { #expect(shuffler.ledger.total.answers[.no]! <= before.caches.last!.partialSlabs) }
    #expect(engine.validate() == [])
  }

  @Test func whatItsOwnerNeedsNoMoreIsFreed() throws {
    let engine = try makeEngine(megabytes: 8, cpus: 1)
    let cache = try fragment(engine, ObjectOwner(), objects: 1000)
    engine.setMover({ _ in .dontNeed }, for: cache)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(nanosecondsPerRound: .max))
    for _ in 0..<20 { shuffler.step() }
    #expect(try engine.sample().cache("sparse").liveObjects < 250)
    #expect(engine.validate() == [])
  }

  /// A low-memory machine, where the shuffler makes room that others then use, and a high-memory one.
  @Test(arguments: [4, 16, 8192])
  func itMakesRoomOnSmallMachinesAndWorksOnLargeOnes(megabytes: Int) throws {
    let engine = try makeEngine(megabytes: megabytes, cpus: 1)
    let owner = ObjectOwner()
    let objects = min(megabytes * 1500, 40_000)
    _ = try fragment(engine, owner, objects: objects)
    let shuffler = Shuffler(engine, budget: ShuffleBudget(bytesPerRound: .max, nanosecondsPerRound: .max))
    let pages = engine.sample().freePages
    shuffler.step()
    #expect(engine.sample().freePages - pages > objects / 8 / 3)
    #expect(owner.isWhole && engine.validate() == [])
    if megabytes == 4 {
      // More than was free before, in pieces of four pages.
      let blocks = (0..<pages / 4 + 10).compactMap { _ in engine.cpu(0).allocate(bytes: 16 << 10) }
      #expect(blocks.count == pages / 4 + 10)
    }
  }

  @Test func aBackgroundShufflerRacesWithOwnersThatAllocateAndFree() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 3)
    let owners = (0..<3).map { _ in ObjectOwner() }
    let caches = try owners.enumerated().map { index, owner in
      try engine.makeCache("moving-\(index)", objectSize: 200 + index, options: CacheOptions(mover: owner.mover))
    }
    let shuffler = Shuffler(engine, budget: ShuffleBudget(interval: 100_000, freeShare: 0.01))
    shuffler.start()
    let workers = (0..<3).map { index in
      TestThread { owners[index].churn(on: engine.cpu(index), caches[index], seed: UInt64(index), steps: 30_000) }
    }
    for worker in workers { worker.join() }
    shuffler.stop()
    #expect(owners.allSatisfy { $0.isWhole })
    #expect(engine.validate() == [])
    #expect(engine.faultCounts.isEmpty)
    #expect(shuffler.ledger.rounds > 0)
  }
}

extension CacheSample {
  /// Shuffling that moves nothing still puts targets back: flushes count, all else stays.
  fileprivate func withFlushes(of engine: SlabEngine) -> CacheSample {
    var sample = self
    let now = engine.sample().caches.first { $0.name == name }
    (sample.flushes, sample.lockAcquisitions) = (now?.flushes ?? 0, now?.lockAcquisitions)
    return sample
  }
}

/// Owns objects under a lock that its mover takes too. Each object starts with its number.
private final class ObjectOwner: Sendable {
  private struct Holdings {
    var objects: [Int: UnsafeMutableRawPointer] = [:]
    var numbers: [UnsafeMutableRawPointer: Int] = [:]
  }

  private let holdings = Guarded(Holdings())

  deinit { holdings.destroy() }

  func hold(_ object: UnsafeMutableRawPointer, as number: Int) {
    object.storeBytes(of: number, as: Int.self)
    holdings.withLock { holdings in
      holdings.objects[number] = object
      holdings.numbers[object] = number
    }
  }

  func release(_ number: Int) -> UnsafeMutableRawPointer? {
    holdings.withLock { holdings in
      guard let object = holdings.objects.removeValue(forKey: number) else { return nil }
      holdings.numbers[object] = nil
      return object
    }
  }

  var mover: ObjectMover {
    { [self] move in
      holdings.withLock { holdings in
        guard let number = holdings.numbers.removeValue(forKey: move.from) else { return .dontKnow }
        move.carryOut()
        holdings.numbers[move.to] = number
        holdings.objects[number] = move.to
        return .yes
      }
    }
  }

  /// Whether each object still holds its number.
  var isWhole: Bool {
    holdings.withLock { $0.objects.allSatisfy { $0.value.load(as: Int.self) == $0.key } }
  }

  func churn(on cpu: EngineCPU, _ cache: SlabCache, seed: UInt64, steps: Int) {
    var random = SplitMix64(state: seed)
    for step in 0..<steps {
      if Int.random(in: 0..<3, using: &random) == 0, let object = cpu.allocate(from: cache) {
        hold(object, as: step)
      } else if let object = release(Int.random(in: 0...step, using: &random)) {
        cpu.free(object, to: cache)
      }
    }
  }
}
