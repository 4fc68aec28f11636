import Synchronization

@testable import SlabEngine

/// An engine under stress, with the threads that use and change it.
final class StressedEngine: Sendable {
  /// CPUs that allocate and free, one thread each. One more CPU belongs to the thread that changes the engine.
  private static let workers = 8

  let engine: SlabEngine
  let seed: UInt64
  /// Descriptions of the errors found.
  let errors = Guarded<[String]>([])
  private let isRoundOver = Atomic<Bool>(false)
  private let caches: [SlabCache]
  private let table = Guarded(StressTable())

  init(seed: UInt64, capturesData: Bool) throws {
    self.seed = seed
    engine = try makeEngine(
      megabytes: 16, cpus: StressedEngine.workers + 1, sharing: 0.2, orders: OrderPolicy(alternation: [0, -1, 1]),
      captures: capturesData)
    let table = self.table
    let mover: ObjectMover = { move in table.withLock { $0.move(move) } }
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

  /// Runs all threads until they have done their share of a round.
  func runRound(_ round: UInt64) {
    isRoundOver.store(false, ordering: .relaxed)
    let sampling = JoinableThread { self.takeSamples() }
    let threads =
      (0..<StressedEngine.workers).map { cpu in JoinableThread { self.work(on: cpu, round) } }
      + [JoinableThread { self.changeEngine(round) }]
    for thread in threads { thread.join() }
    isRoundOver.store(true, ordering: .releasing)
    sampling.join()
  }

  private func random(_ round: UInt64, thread: Int) -> SplitMix64 {
    SplitMix64(state: (seed &* 1_000_003 &+ round) &* 31 &+ UInt64(thread))
  }

  // MARK: - Allocations and frees

  private func work(on index: Int, _ round: UInt64) {
    let cpu = engine.cpu(index)
    var random = random(round, thread: index)
    // Objects that no other thread frees. Without a lock between them, ThreadSanitizer sees more of the engine's races.
    var own: [StampedObject] = []
    for _ in 0..<4000 {
      let isOwn = Bool.random(using: &random)
      if Int.random(in: 0..<100, using: &random) < 52 {
        guard let object = allocate(on: cpu, using: &random) else { continue }
        if isOwn { own.append(object) } else { table.withLock { $0.insert(object) } }
      } else if isOwn, own.count > 20 {
        own.swapAt(own.indices.randomElement(using: &random)!, own.count - 1)
        free(own.removeLast(), on: cpu, using: &random)
      } else {
        freeOneOfTheTable(on: cpu, using: &random)
      }
      switch Int.random(in: 0..<2000, using: &random) {
      case 0: cpu.drain()
      case 1: cpu.drain(caches.randomElement(using: &random)!)
      case 2: reserve(on: cpu, using: &random)
      default: break
      }
    }
    for object in own { table.withLock { $0.insert(object) } }
  }

  private func allocate(on cpu: EngineCPU, using random: inout SplitMix64) -> StampedObject? {
    let cache = Bool.random(using: &random) ? Int.random(in: 0..<caches.count, using: &random) : nil
    let bytes = cache.map { caches[$0].objectSize } ?? Int.random(in: 1...12_000, using: &random)
    let address = cache.map { cpu.allocate(from: caches[$0]) } ?? cpu.allocate(bytes: bytes)
    return address.map {
      StampedObject(at: $0, bytes: bytes, stamp: UInt8.random(in: 0...255, using: &random), cache: cache)
    }
  }

  private func free(_ object: StampedObject, on cpu: EngineCPU, using random: inout SplitMix64) {
    if !object.isIntact { recordError("an object of \(object.bytes) bytes was damaged") }
    if let cache = object.cache, Bool.random(using: &random) {
      cpu.free(object.address, to: caches[cache])
    } else {
      cpu.free(object.address)
    }
  }

  /// Returns whether there was an object to free.
  @discardableResult
  private func freeOneOfTheTable(on cpu: EngineCPU, using random: inout SplitMix64) -> Bool {
    let choice = random.next()
    guard let object = table.withLock({ $0.remove(choice) }) else { return false }
    free(object, on: cpu, using: &random)
    return true
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

  // MARK: - Changes of the engine

  /// Adds and removes sizes, caches, failures and pages of the memory hog.
  private func changeEngine(_ round: UInt64) {
    var random = random(round, thread: StressedEngine.workers)
    for step in 0..<300 {
      let size = [96, 192, 232, 1504, 1904, 3072].randomElement(using: &random)!
      switch Int.random(in: 0..<12, using: &random) {
      // Some calls fail: a size that exists, a cache that shares no slabs.
      case 0: _ = try? engine.addGeneralCache(size: size)
      case 1: _ = try? engine.retireGeneralCache(size: size)
      case 2: _ = try? engine.export(caches.randomElement(using: &random)!)
      case 3: _ = try? engine.unshare(caches.randomElement(using: &random)!)
      case 4: engine.shrink(caches.randomElement(using: &random)!)
      case 5: engine.injectPageFailures(PageFailureInjection(probability: 30, minimumOrder: step % 3, times: 20))
      case 6: engine.hogPages(200, fragmenting: step % 2 == 0)
      case 7: engine.releaseHogPages(400)
      case 8: engine.reap()
      case 9: for cache in engine.cachesThatShrank() { engine.drainDepot(of: cache) }
      case 10: _ = engine.addEmptySlabs(to: caches.randomElement(using: &random)!, upToBytes: 1 << 20, limit: 1 << 16)
      default: useCacheForAWhile("round-\(round)-\(step)", size: 200 + step, using: &random)
      }
    }
    engine.releaseHogPages(.max)
  }

  /// Creates, uses and destroys a cache, which may share slabs meanwhile. Only this thread uses the cache.
  private func useCacheForAWhile(_ name: String, size: Int, using random: inout SplitMix64) {
    guard let cache = try? engine.makeCache(name, objectSize: size) else { return }
    let cpu = engine.cpu(StressedEngine.workers)
    let objects = (0..<Int.random(in: 0..<60, using: &random)).compactMap { _ in
      cpu.allocate(from: cache).map {
        StampedObject(at: $0, bytes: size, stamp: UInt8(truncatingIfNeeded: size), cache: nil)
      }
    }
    if Bool.random(using: &random) { _ = try? engine.unshare(cache) }
    for object in objects { free(object, on: cpu, using: &random) }
    do { try engine.destroy(cache) } catch { recordError("\(error)") }
  }

  /// Checks that all samples add up to machine memory.
  private func takeSamples() {
    while !isRoundOver.load(ordering: .acquiring) {
      let sample = engine.sample(mapping: caches[1])
      if sample.accountedBytes != sample.memoryBytes { recordError("a sample sums to \(sample.accountedBytes)") }
    }
  }

  // MARK: - End

  /// Frees all objects and returns all slabs, with all CPUs idle.
  func freeEverything() throws {
    var random = random(.max, thread: 0)
    while freeOneOfTheTable(on: engine.cpu(0), using: &random) {}
    for cpu in 0...StressedEngine.workers { engine.cpu(cpu).drain() }
    for cache in engine.caches { engine.shrink(cache) }
    for cache in caches { try engine.destroy(cache) }
    for cache in engine.caches { engine.shrink(cache) }
  }
}
