import Foundation
import Synchronization
import Testing

@testable import SlabEngine

/// All mechanisms at the same time, on more threads than cores: allocations and frees on several CPUs; sizes added and
/// retired; caches created, shared, exported, unshared and destroyed; shuffling, shrinking, injected failures, and the
/// memory hog. Each live byte has its owner's stamp, which is checked when the object is freed. The engine is validated
/// between rounds.
///
/// The test takes three seconds, or as many as SLABSCOPE_STRESS_SECONDS says.
@Suite struct StressTests {
  @Test func allMechanismsTogetherKeepEveryInvariant() throws {
    let environment = ProcessInfo.processInfo.environment["SLABSCOPE_STRESS_SECONDS"]
    let seconds = environment.flatMap { Double($0) } ?? 3
    let end = ContinuousClock.now + .seconds(seconds)
    let stress = try Stress()
    let shuffler = Shuffler(stress.engine, budget: ShuffleBudget(interval: 1_000_000, freeShare: 0.02))
    var round: UInt64 = 0
    repeat {
      shuffler.start()
      let number = round
      let threads =
        (0..<Stress.cpus).map { cpu in JoinableThread { stress.work(on: cpu, round: number) } }
        + [JoinableThread { stress.changeEngine(round: number) }, JoinableThread { stress.takeSamples() }]
      for thread in threads.dropLast() { thread.join() }
      stress.isRoundOver.store(true, ordering: .releasing)
      threads.last?.join()
      stress.isRoundOver.store(false, ordering: .relaxed)
      shuffler.stop()
      stress.engine.injectPageFailures(nil)
      try #require(stress.engine.validate() == [], "round \(round)")
      round += 1
    } while ContinuousClock.now < end
    stress.freeEverything()
    #expect(stress.errors.withLock { $0 } == [])
    #expect(stress.engine.faultCounts == [:])
    #expect(stress.engine.validate() == [])
    #expect(stress.engine.sample().caches.allSatisfy { $0.liveObjects == 0 })
    #expect(stress.allocations.load(ordering: .relaxed) > 10_000 && shuffler.ledger.rounds > 0)
  }
}

private final class Stress: Sendable {
  static let cpus = 6
  let engine: SlabEngine
  /// Descriptions of the errors found.
  let errors = Guarded<[String]>([])
  let allocations = Atomic<Int>(0)
  let isRoundOver = Atomic<Bool>(false)
  private let caches: [SlabCache]
  private let table = Guarded(Table())

  /// An object of the table. Any thread may free it, and the shuffler's mover may move it, with the table's lock held.
  private struct TableEntry {
    var object: UnsafeMutableRawPointer
    let bytes: Int
    let stamp: UInt8
    /// Index of the named cache; nil for kmalloc.
    let cache: Int?
  }

  private struct Table {
    var entries: [TableEntry] = []
    var indices: [UnsafeMutableRawPointer: Int] = [:]

    mutating func insert(_ entry: TableEntry) {
      indices[entry.object] = entries.count
      entries.append(entry)
    }

    mutating func remove(at index: Int) -> TableEntry {
      entries.swapAt(index, entries.count - 1)
      let removed = entries.removeLast()
      indices[removed.object] = nil
      if index < entries.count { indices[entries[index].object] = index }
      return removed
    }
  }

  init() throws {
    let orders = OrderPolicy(alternation: [0, -1, 1])
    engine = try makeEngine(megabytes: 16, cpus: Stress.cpus, sharing: 0.2, orders: orders, captures: true)
    let table = self.table
    // Moves objects of the table. Any other object is free in a magazine, or is just being allocated or freed.
    let mover: ObjectMover = { move in
      table.withLock { table in
        guard let index = table.indices.removeValue(forKey: move.from) else { return .dontKnow }
        move.perform()
        table.entries[index].object = move.to
        table.indices[move.to] = index
        return .yes
      }
    }
    let kinds: [(Int, CacheOptions)] = [
      (40, CacheOptions(mover: mover)), (230, CacheOptions(mover: mover)), (250, CacheOptions(mover: mover)),
      (600, CacheOptions(flags: .performance, mover: mover)), (1898, CacheOptions(mover: mover)),
      (64, CacheOptions(flags: [.redZone, .poison, .storeUser])),
      (700, CacheOptions(remoteFrees: .returnedToAllocatingCPU)),
      (3000, CacheOptions(alignment: 64)),
    ]
    var caches: [SlabCache] = []
    for (index, kind) in kinds.enumerated() {
      caches.append(try engine.makeCache("stress-\(index)", objectSize: kind.0, options: kind.1))
    }
    self.caches = caches
  }

  deinit {
    table.destroy()
    errors.destroy()
  }

  private func recordError(_ error: String) { errors.withLock { $0.append(error) } }

  func work(on index: Int, round: UInt64) {
    let cpu = engine.cpu(index)
    var random = SplitMix64(state: round &* 31 &+ UInt64(index))
    for _ in 0..<4000 {
      if Int.random(in: 0..<100, using: &random) < 52 {
        allocate(on: cpu, using: &random)
      } else {
        freeOne(on: cpu, using: &random)
      }
      switch Int.random(in: 0..<2000, using: &random) {
      case 0: cpu.drain()
      case 1: cpu.drain(caches.randomElement(using: &random)!)
      case 2: reserve(on: cpu, using: &random)
      default: break
      }
    }
  }

  private func allocate(on cpu: EngineCPU, using random: inout SplitMix64) {
    let cache = Bool.random(using: &random) ? Int.random(in: 0..<caches.count, using: &random) : nil
    let bytes = cache.map { caches[$0].objectSize } ?? Int.random(in: 1...12_000, using: &random)
    guard let object = cache.map({ cpu.allocate(from: caches[$0]) }) ?? cpu.allocate(bytes: bytes) else { return }
    let stamp = UInt8.random(in: 0...255, using: &random)
    object.initializeMemory(as: UInt8.self, repeating: stamp, count: bytes)
    allocations.add(1, ordering: .relaxed)
    table.withLock { $0.insert(TableEntry(object: object, bytes: bytes, stamp: stamp, cache: cache)) }
  }

  private func freeOne(on cpu: EngineCPU, using random: inout SplitMix64) {
    let choice = random.next()
    let removed = table.withLock { table in
      table.entries.isEmpty ? nil : table.remove(at: Int(choice % UInt64(table.entries.count)))
    }
    guard let removed else { return }
    let bytes = UnsafeRawBufferPointer(start: removed.object, count: removed.bytes)
    if !bytes.allSatisfy({ $0 == removed.stamp }) { recordError("an object of \(removed.bytes) bytes was damaged") }
    if let cache = removed.cache, Bool.random(using: &random) {
      cpu.free(removed.object, to: caches[cache])
    } else {
      cpu.free(removed.object)
    }
  }

  /// Reserves allocations, which then must not fail.
  private func reserve(on cpu: EngineCPU, using random: inout SplitMix64) {
    let cache = caches[Int.random(in: 0..<5, using: &random)]
    guard cpu.reserve(20, from: cache) else { return }
    for _ in 0..<20 {
      guard let object = cpu.allocate(from: cache) else {
        return recordError("a reserved allocation from \(cache.name) failed")
      }
      cpu.free(object, to: cache)
    }
    _ = cpu.reserve(0, from: cache)
  }

  /// Adds and removes sizes, caches, failures and pages of the memory hog.
  func changeEngine(round: UInt64) {
    var random = SplitMix64(state: ~round)
    for step in 0..<300 {
      let size = [96, 192, 232, 1504, 1904, 3072].randomElement(using: &random)!
      switch Int.random(in: 0..<9, using: &random) {
      // Some calls fail: a size that exists, a cache that shares no slabs.
      case 0: _ = try? engine.addGeneralCache(size: size)
      case 1: _ = try? engine.retireGeneralCache(size: size)
      case 2: _ = try? engine.export(caches.randomElement(using: &random)!)
      case 3: _ = try? engine.unshare(caches.randomElement(using: &random)!)
      case 4: engine.shrink(caches.randomElement(using: &random)!)
      case 5: engine.injectPageFailures(PageFailureInjection(probability: 30, minimumOrder: step % 3, times: 20))
      case 6: engine.hogPages(200)
      case 7: engine.releaseHogPages(400)
      default: makeAndDestroy("round-\(round)-\(step)", size: 200 + step)
      }
    }
    engine.releaseHogPages(.max)
  }

  /// Creates and destroys a cache, which may share slabs meanwhile. The cache is not used, because each CPU is driven
  /// by another thread.
  private func makeAndDestroy(_ name: String, size: Int) {
    // Indices of destroyed caches are not reused, and there are at most 32768.
    guard engine.caches.count < 200, let cache = try? engine.makeCache(name, objectSize: size) else { return }
    do { try engine.destroy(cache) } catch { recordError("\(error)") }
  }

  /// Checks that all samples add up to machine memory.
  func takeSamples() {
    while !isRoundOver.load(ordering: .acquiring) {
      let sample = engine.sample(mapping: caches[1])
      if sample.accountedBytes != sample.memoryBytes { recordError("a sample sums to \(sample.accountedBytes)") }
    }
  }

  func freeEverything() {
    var random = SplitMix64(state: 1)
    while table.withLock({ !$0.entries.isEmpty }) { freeOne(on: engine.cpu(0), using: &random) }
  }
}
