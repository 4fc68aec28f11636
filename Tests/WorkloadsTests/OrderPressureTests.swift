import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// With free memory fragmented so that no high order is left, traffic loses no packet that order 0 could have carried.
@Suite struct OrderPressureTests {
  @Test(arguments: Policy.presets)
  func packetsOf1500BytesAreCarriedByOrderZero(policy: Policy) throws {
    var parameters = try WorkloadCatalog.workload("imix").defaults
    parameters.sizes = PacketMix("1500:1")
    var player = try Player(
      WorkloadCatalog.workload("imix").make(parameters), policy: policy, memoryBytes: 16 << 20)
    // Every other page: what is free lies in single pages.
    player.engine.hogPages(2048, fragmenting: true)
    #expect(player.engine.sample().freeBlocksByOrder[2...].allSatisfy { $0 == 0 })
    while player.progress.events < 200_000 { _ = try player.play(upTo: 4096) }
    let tight = player.engine.sample()
    #expect(player.progress.failedAllocations == 0)
    #expect(fallbacks(tight) > 0)
    let large = highOrderSlabs(tight)
    // Memory comes back, and the higher orders with it, as slabs are made anew.
    player.engine.releaseHogPages(2048)
    player.shrink()
    while player.progress.events < 600_000 { _ = try player.play(upTo: 4096) }
    #expect(highOrderSlabs(player.engine.sample()) > large)
    #expect(player.engine.validate() == [])
  }

  @Test(arguments: Policy.presets)
  func ofJumboFramesOnlyThoseThatNeedAHighOrderAreLost(policy: Policy) throws {
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
