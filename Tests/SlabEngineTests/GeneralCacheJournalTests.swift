import Synchronization
import Testing

@testable import SlabEngine

@Suite struct GeneralCacheJournalTests {
  /// Number of links that a lookup follows, counted one by one.
  private func steps(forBytes bytes: Int, in list: GeneralCaches) -> Int {
    guard bytes > 8 else { return 0 }
    var node = list.nodes + (63 - (bytes - 1).leadingZeroBitCount - 3)
    var steps = 0
    repeat {
      node = node.pointee.next.load(ordering: .relaxed)!
      steps += 1
    } while node.pointee.largestRequest.load(ordering: .relaxed) < bytes
    return steps
  }

  @Test func lookUpFollowsAsManyLinksAsThePositionOfItsNode() throws {
    let engine = try makeEngine(sizes: [
      8, 16, 24, 32, 40, 48, 56, 64, 128, 256, 512, 1024, 1504, 1600, 2048, 4096, 8192,
    ])
    try engine.addGeneralCache(size: 1800)
    try engine.retireGeneralCache(size: 48)
    let samples = engine.generalCacheSamples()
    for bytes in 1...8192 {
      let sample = try #require(samples.first { $0.size == engine.generalCache(forBytes: bytes)?.objectSize })
      #expect(sample.walkSteps == steps(forBytes: bytes, in: engine.general), "\(bytes) bytes")
    }
    #expect(samples.first { $0.size == 48 }?.walkSteps == nil)
    #expect(samples.first { $0.size == 48 }?.isInService == false)
    // A retired node is passed: 56 remains behind 40 and 48.
    #expect(samples.first { $0.size == 56 }?.walkSteps == 3)
    #expect(samples.map(\.size) == samples.map(\.size).sorted())
    #expect(samples.first { $0.size == 64 }?.highestSetBit == 6)
    #expect(samples.first { $0.size == 56 }?.highestSetBit == nil)
  }

  @Test func meanAndLongestWalkCoverAllLookUps() throws {
    let engine = try makeEngine()
    let cpu = engine.cpu(0)
    var walked = 0
    func allocate(_ bytes: Int, times: Int) throws {
      for _ in 0..<times {
        walked += steps(forBytes: bytes, in: engine.general)
        cpu.free(try #require(cpu.allocate(bytes: bytes)))
      }
    }
    try allocate(128, times: 10)
    engine.setTime(microseconds: 1000)
    try engine.addGeneralCache(size: 96)
    try allocate(128, times: 30)
    engine.setTime(microseconds: 2000)
    try engine.addGeneralCache(size: 80)
    try engine.addGeneralCache(size: 112)
    try allocate(128, times: 5)
    let sample = try #require(engine.generalCacheSamples().first { $0.size == 128 })
    #expect(sample.served == 45)
    #expect(sample.meanWalkSteps == Double(walked) / 45)
    #expect(walked == 10 * 1 + 30 * 2 + 5 * 4)
    #expect((sample.walkSteps, sample.longestWalkSteps) == (4, 4))
    let added = try #require(engine.generalCacheSamples().first { $0.size == 96 })
    #expect((added.addedAt, added.retiredAt, added.served) == (1000, nil, 0))
    #expect((added.meanWalkSteps, added.longestWalkSteps) == (nil, nil))
    engine.setTime(microseconds: 3000)
    try engine.retireGeneralCache(size: 96)
    #expect(engine.generalCacheSamples().first { $0.size == 96 }?.retiredAt == 3000)
    engine.setTime(microseconds: 4000)
    try engine.addGeneralCache(size: 96)
    let revived = try #require(engine.generalCacheSamples().first { $0.size == 96 })
    #expect((revived.addedAt, revived.retiredAt, revived.isInService) == (4000, nil, true))
  }

  @Test func nodesWithTheSameCacheHaveNoCountOfTheirOwn() throws {
    let engine = try makeEngine(sizes: [24, 72, 128, 4096, 8192])
    let samples = engine.generalCacheSamples()
    let standIn = try #require(samples.first { $0.size == 64 })
    #expect((standIn.isAlias, standIn.cache, standIn.served) == (true, "kmalloc-72", nil))
    #expect(samples.first { $0.size == 72 }?.served == nil)
    #expect(samples.first { $0.size == 128 }?.served == 0)
  }

  @Test func exportedCacheAndItsGeneralCacheAreCountedSeparately() throws {
    let engine = try makeEngine(sharing: 0.125)
    let heads = try engine.makeCache("heads", objectSize: 232)
    let general = try engine.export(heads)
    let cpu = engine.cpu(0)
    for _ in 0..<3 { cpu.free(try #require(cpu.allocate(from: heads)), to: heads) }
    for _ in 0..<5 { cpu.free(try #require(cpu.allocate(bytes: 230))) }
    let row = try #require(engine.generalCacheSamples().first { $0.size == 232 })
    #expect((row.exportedCache, row.served, row.cache) == ("heads", 5, general.name))
    #expect(engine.sample().caches.first { $0.name == "heads" }?.allocations == 3)
  }

  /// Several threads add sizes to one interval while another thread allocates. Each size must be in the list and in the
  /// journal, in ascending order.
  @Test func sizesAddedConcurrentlyAreAllInTheListAndTheJournal() throws {
    let engine = try makeEngine(megabytes: 16)
    let sizes = stride(from: 1032, to: 2048, by: 8).map { $0 }
    let race = AdditionRace(engine: engine, sizes: sizes)
    let threads =
      (0..<4).map { thread in JoinableThread { race.add(thread, of: 4) } } + [JoinableThread { race.allocate() }]
    for thread in threads { thread.join() }
    #expect(race.failures.load(ordering: .relaxed) == 0)
    let samples = engine.generalCacheSamples()
    #expect(samples.map(\.size).filter { (1025..<2048).contains($0) } == sizes)
    #expect(samples.last { $0.size == 2048 }?.walkSteps == sizes.count + 1)
    #expect(samples.reduce(0) { $0 + ($1.served ?? 0) } == 20_000)
    #expect(engine.validate() == [])
  }
}

private final class AdditionRace: Sendable {
  let engine: SlabEngine
  let sizes: [Int]
  let failures = Atomic<Int>(0)

  init(engine: SlabEngine, sizes: [Int]) { (self.engine, self.sizes) = (engine, sizes) }

  func add(_ thread: Int, of threads: Int) {
    for index in sizes.indices where index % threads == thread {
      do { try engine.addGeneralCache(size: sizes[index]) } catch { failures.add(1, ordering: .relaxed) }
    }
  }

  func allocate() {
    let cpu = engine.cpu(1)
    for round in 0..<20_000 {
      guard let object = cpu.allocate(bytes: 1025 + round % 1024) else { continue }
      cpu.free(object)
    }
  }
}
