import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// The sums that replays read often, compared with those of a full sample.
@Suite struct SlabMemoryTests {
  @Test(arguments: ["hemment", "linux", "power-of-two"], ["web", "burst", "jumbo"])
  func sumsAreThoseOfASample(policy: String, workload: String) throws {
    var shared = try #require(Policy.presets.first { $0.name == policy })
    if shared.slub == nil { shared.sharingBound = 0.25 }
    var player = try PolicyPlayer(
      WorkloadCatalog.make(workload, seed: 3), policy: shared, memoryBytes: 256 << 20, verification: .off)
    for _ in 0..<20 {
      for _ in 0..<10 { _ = try player.play(upTo: 100) }
      let sample = player.sample()
      let memory = player.slabMemory()
      #expect(memory.bytes == sample.caches.reduce(sample.largeBlockBytes) { $0 + $1.slabBytes })
      #expect(
        memory.generalBytes == sample.caches.reduce(sample.largeBlockBytes) { $1.isGeneral ? $0 + $1.slabBytes : $0 })
    }
  }
}
