import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// The default workload under the default policy, on its own machine.
@Suite struct EdgeWorkloadTests {
  @Test(arguments: [1, 2] as [UInt64])
  func thirtySecondsShowSharingFallbackAndShuffling(seed: UInt64) throws {
    let source = try WorkloadCatalog.make("edge", seed: seed)
    let memory = try #require(source.memoryBytes)
    var player = try PolicyPlayer(source, policy: .standard, memoryBytes: memory)
    // The clock starts with the first event.
    _ = try player.play(upTo: 1)
    while try player.play(untilElapsed: 30_000_000, upTo: 4096) > 0 {}
    let (caches, progress) = (player.sample().caches, player.progress)
    #expect(caches.reduce(0) { $0 + $1.orderFallbacks } > 100)
    #expect(caches.reduce(0) { $0 + $1.refusalsByOrder.reduce(0, +) } > 10)
    #expect(progress.objectsMoved ?? 0 > 1000 && progress.pagesReturned ?? 0 > 1000)
    #expect(progress.failedAllocations == 0)
    let orders = (0...10).filter { order in caches.contains { $0.slabsByOrder[order] > 0 } }
    #expect(orders.count >= 3)
    let pool = caches.filter { $0.slabHolder == "kmalloc-256" && $0.allocations > 0 }.map(\.name)
    #expect(pool.count >= 3, "\(pool)")
    #expect(player.validate() == [])
  }

  @Test func theSocketsOfACrowdDisplaceThePageCache() throws {
    var source = try WorkloadCatalog.make("edge", seed: 1)
    let names = source.symbols
    var (batch, live): ([AllocationEvent], [UInt32: String]) = ([], [:])
    var counts: [UInt64: (nodes: Int, sockets: Int)] = [:]
    repeat {
      try source.nextBatch(into: &batch)
      for event in batch {
        if event.isAllocation {
          live[event.slot] = event.cache == AllocationEvent.noCache ? "" : names[Int(event.cache)]
        } else {
          live[event.slot] = nil
        }
      }
      let second = (batch.last?.time ?? 0) / 1_000_000
      guard counts[second] == nil else { continue }
      counts[second] = (live.values.count { $0 == "radix_tree_node" }, live.values.count { $0 == "TCP" })
    } while counts[10] == nil
    let (crowd, lull) = (try #require(counts[4]), try #require(counts[9]))
    #expect(crowd.sockets > 4 * lull.sockets && lull.nodes > 2 * crowd.nodes, "\(crowd) \(lull)")
  }
}
