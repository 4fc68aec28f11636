import Synchronization
import Testing

@testable import SlabEngine

@Suite struct PoolLockTests {
  @Test func lockAcquisitionsAreCountedExceptBySamples() throws {
    let engine = try makeEngine(sharing: 0.125)
    let cache = try engine.makeCache("objects", objectSize: 200)
    let before = try #require(engine.sample().caches.first { $0.name == "objects" }?.lockAcquisitions)
    #expect(engine.sample().caches.first { $0.name == "objects" }?.lockAcquisitions == before)
    let cpu = engine.cpu(0)
    cpu.free(try #require(cpu.allocate(from: cache)), to: cache)
    let after = try #require(engine.sample().caches.first { $0.name == "objects" })
    #expect((after.lockAcquisitions ?? 0) > before)
    #expect(after.lockContentions == 0 && after.lockWaitCycles == 0)
    // Allocations that a magazine serves take no lock.
    cpu.free(try #require(cpu.allocate(from: cache)), to: cache)
    #expect(engine.sample().caches.first { $0.name == "objects" }?.lockAcquisitions == after.lockAcquisitions)
  }

  /// The clock is first read when the lock was found taken; from then on the thread waits.
  @Test func waitingTimeForATakenLockIsMeasured() {
    let wait = LockWait()
    let thread = wait.state.withLock { _ in
      let thread = JoinableThread {
        wait.state.withLock(clock: { wait.ticks.add(7, ordering: .sequentiallyConsistent).newValue }) { state, waited in
          state = waited
        }
      }
      while wait.ticks.load(ordering: .sequentiallyConsistent) == 0 {}
      return thread
    }
    thread.join()
    #expect(wait.state.withLock { $0 } == 7)
    wait.state.withLock(clock: { wait.ticks.add(1, ordering: .relaxed).newValue }) { #expect($1 == nil) }
    #expect(wait.ticks.load(ordering: .relaxed) == 14)
    wait.state.destroy()
  }

  @Test func lockOfASharedPoolIsReportedByTheHolder() throws {
    let engine = try makeEngine(sharing: 0.125)
    let holder = try engine.makeCache("holder", objectSize: 256)
    let sharer = try engine.makeCache("sharer", objectSize: 248)
    let samples = engine.sample().caches
    let holding = try #require(samples.first { $0.name == "sharer" })
    #expect(holding.slabHolder != "sharer" && holding.lockAcquisitions == nil)
    #expect(engine.sharers(of: sharer).contains(holder))
  }

  @Test func performanceCachesShareNoSlabs() throws {
    var configuration = EngineConfiguration(memoryBytes: 8 << 20, sharingBound: 0.125)
    configuration.generalCacheSizes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]
    configuration.performanceCaches = ["kmalloc-256", "hot"]
    let engine = try SlabEngine(configuration)
    let hot = try engine.makeCache("hot", objectSize: 250)
    let cold = try engine.makeCache("cold", objectSize: 254)
    let general = try #require(engine.cache(named: "kmalloc-256"))
    for cache in [hot, cold, general] { #expect(engine.sharers(of: cache) == [cache]) }
  }
}

private final class LockWait: Sendable {
  let state = Guarded<UInt64?>(nil)
  let ticks = Atomic<UInt64>(0)
}
