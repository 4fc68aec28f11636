import Recordings
import Testing

@testable import Workloads

@Suite struct ConcurrentReplayTests {
  /// Allocations and frees of a slot alternate, and no object is live at the end, for any number of threads.
  @Test(arguments: [1, 2, 3], ["burst", "churn"])
  func operationsOnASlotAreOrdered(threads: Int, name: String) throws {
    let plan = try ConcurrentPlan(
      WorkloadCatalog.make(name, seed: 3), upTo: 20_000, threads: threads, memoryBytes: 64 << 20)
    var turns: [UInt32: [UInt32: Bool]] = [:]
    for operation in plan.operations.joined() {
      #expect(turns[operation.slot]?[operation.turn] == nil)
      turns[operation.slot, default: [:]][operation.turn] = operation.bytes == 0
    }
    for (slot, isFree) in turns {
      #expect(isFree.count % 2 == 0 && isFree.allSatisfy { $0.value == ($0.key % 2 == 1) }, "slot \(slot)")
      #expect(isFree.keys.max() == UInt32(isFree.count - 1))
    }
    #expect(plan.rates.total == plan.operationCount / 2)
  }

  @Test func everyOperationIsPerformedAndLocksAreCounted() throws {
    let source = try WorkloadCatalog.make("burst", seed: 3)
    let plan = try ConcurrentPlan(source, upTo: 20_000, threads: 2, memoryBytes: 64 << 20)
    let replay = try ConcurrentReplay(plan, policy: .hemment, memoryBytes: 64 << 20, passes: 3)
    #expect(replay.operations == plan.operationCount * 3 && replay.failedAllocations == 0)
    #expect(replay.acquisitions > 0 && replay.contentions <= replay.acquisitions && replay.peakBytes > 0)
    let alone = try ConcurrentReplay(
      ConcurrentPlan(source, upTo: 20_000, threads: 1, memoryBytes: 64 << 20), policy: .hemment, memoryBytes: 64 << 20)
    #expect(alone.contentions == 0 && alone.waitCycles == 0 && alone.acquisitions > 0)
  }

  @Test func hotCachesHaveTheHighestRates() {
    var rates = CacheRates()
    for _ in 0..<60 { rates.add(.named("heads")) }
    for _ in 0..<30 { rates.add(.bytes(700)) }
    for _ in 0..<6 { rates.add(.bytes(900)) }
    for _ in 0..<4 { rates.add(.named("rare")) }
    #expect(rates.hotCaches(generalCacheSizes: [512, 1024]) == ["heads", "kmalloc-1k"])
    #expect(rates.hotCaches(generalCacheSizes: [768, 1024]) == ["heads", "kmalloc-768", "kmalloc-1k"])
    #expect(rates.hotCaches(generalCacheSizes: [768, 1024], share: 0.2) == ["heads", "kmalloc-768"])
  }
}
