import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of order fallback: if free memory is fragmented, allocations that fit in order 0 succeed.
@Suite struct OrderPressureTests {
  @Test(arguments: Policy.presets)
  func packetsOf1500BytesNeedOnlyOrderZero(policy: Policy) throws {
    var parameters = try WorkloadCatalog.workload("imix").defaults
    parameters.sizes = PacketMix("1500:1")
    var player = try Player(
      WorkloadCatalog.workload("imix").make(parameters), policy: policy, memoryBytes: 16 << 20)
    // The hog allocates every other page, so that only single pages are free.
    player.engine.hogPages(2048, fragmenting: true)
    #expect(player.engine.sample().freeBlocksByOrder[2...].allSatisfy { $0 == 0 })
    while player.progress.events < 200_000 { _ = try player.play(upTo: 4096) }
    let tight = player.engine.sample()
    #expect(player.progress.failedAllocations == 0)
    // A policy that fits free blocks plans order 0 from the start.
    #expect(fallbacks(tight) > 0 || policy.orders.fitsFreeBlocks)
    let large = highOrderSlabs(tight)
    // After the hog has freed its memory, new slabs have higher orders again, once the pools' back-off has ended. It counts
    // new slabs, which the workload needs only after its free objects were returned.
    player.engine.releaseHogPages(2048)
    while player.progress.events < 600_000 {
      player.shrink()
      for _ in 0..<10 { _ = try player.play(upTo: 4096) }
    }
    #expect(highOrderSlabs(player.engine.sample()) > large)
    #expect(player.engine.validate() == [])
  }

  @Test(arguments: Policy.presets)
  func onlyJumboFramesThatNeedAHighOrderFail(policy: Policy) throws {
    var source = try WorkloadCatalog.make("jumbo", seed: 1)
    var player = try Player(source, policy: policy, memoryBytes: 16 << 20)
    player.engine.hogPages(2048, fragmenting: true)
    while player.progress.events < 100_000 { _ = try player.play(upTo: 4096) }
    var (large, seen): (Int, Int) = (0, 0)
    var batch: [AllocationEvent] = []
    while seen < player.progress.events {
      try source.nextBatch(into: &batch)
      large += batch.prefix(player.progress.events - seen).count { $0.isAllocation && $0.requestedBytes > 4096 }
      seen += batch.count
    }
    #expect(player.progress.failedAllocations <= large && player.progress.failedAllocations > 0)
    #expect(player.engine.validate() == [])
  }

  private func fallbacks(_ sample: EngineSample) -> Int { sample.caches.reduce(0) { $0 + $1.orderFallbacks } }

  private func highOrderSlabs(_ sample: EngineSample) -> Int {
    sample.caches.reduce(0) { $0 + $1.slabsByOrder.dropFirst().reduce(0, +) }
  }
}
