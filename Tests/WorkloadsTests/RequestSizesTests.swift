import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Tests of replays of a recording in which the kernel rounded up requests of skb data (kmalloc_reserve).
@Suite struct RequestSizesTests {
  private static let symbols = ["kmalloc_reserve+0x5f/0x110", "skb_release_data+0x16b/0x1c0", "seq_open"]

  /// Recording of three skb data buffers of 2,048 bytes, of which 1,836, an unknown number and 1,000 bytes were in use, and of an
  /// object of another call site.
  private func recording() throws -> Recording {
    func allocate(_ slot: UInt32, site: UInt32 = 0, requested: UInt32 = 2048) -> AllocationEvent {
      AllocationEvent(
        time: UInt64(slot), slot: slot, requestedBytes: requested, allocatedBytes: 2048, site: site,
        cache: AllocationEvent.noCache, cpu: 0, kind: .kmalloc, outcome: .allocated)
    }
    func free(_ slot: UInt32, used: UInt32?) -> AllocationEvent {
      AllocationEvent(
        time: 10 + UInt64(slot), slot: slot, requestedBytes: 0, allocatedBytes: 0, site: 1,
        cache: AllocationEvent.noCache, cpu: 0, kind: .kfree, outcome: .freed, usedBytes: used)
    }
    let events =
      [allocate(0), allocate(1), allocate(2), allocate(3, site: 2)]
      + [free(0, used: 1836), free(1, used: nil), free(2, used: 1000), free(3, used: nil)]
    var writer = SlabtraceWriter(name: "uses", summary: "", usedBytesMethod: .buffer)
    writer.append(events, symbols: RequestSizesTests.symbols)
    return try Recording(
      bytes: writer.finish(symbols: RequestSizesTests.symbols, counts: ImportStatistics()), name: "x")
  }

  @Test(arguments: [Policy.linux, .powerOfTwo]) func objectsHaveTheNeededSize(policy: Policy) throws {
    var player = try PolicyPlayer(recording(), policy: policy, memoryBytes: 64 << 20)
    // Two loops: the second loop has the same sizes as the first.
    for _ in 0..<2 {
      #expect(try player.play(upTo: 4) == 4)
      #expect(player.liveSizes(upTo: 1 << 17) == [1856: 1, 2048: 2, 1024: 1])
      let progress = player.progress
      #expect(progress.knownUseObjects == 2 && progress.unknownUseObjects == 1 && progress.unknownUseBytes == 2048)
      #expect(try player.play(upTo: 4) == 4)
      let ended = player.progress
      #expect(ended.knownUseObjects == 0 && ended.unknownUseObjects == 0 && ended.unknownUseBytes == 0)
    }
    let violations = player.validate()
    #expect(violations == [])
  }

  @Test func modelServesRequestsFromTheRecordedClass() throws {
    var player = try SLUBPlayer(recording(), memoryBytes: 64 << 20)
    _ = try player.play(upTo: 4)
    let caches = player.sample().caches.filter { $0.liveObjects > 0 }
    #expect(caches.map(\.name) == ["kmalloc-2k"] && caches.map(\.liveObjects) == [4])
    #expect(caches.map(\.requestedBytes) == [1856 + 2048 + 1024 + 2048], "what rounding loses is seen")
  }

  @Test func otherClassesServeTheNeededSize() throws {
    var policy = Policy.linux
    policy.generalCacheSizes = [1024, 1856, 2048, 8192]
    var player = try PolicyPlayer(recording(), policy: policy, memoryBytes: 64 << 20)
    _ = try player.play(upTo: 4)
    let live = player.sample().caches.filter { $0.liveObjects > 0 }.map { [$0.objectSize, $0.liveObjects] }
    #expect(Set(live) == [[1024, 1], [1856, 1], [2048, 2]])
  }

  @Test func generatedRequestsHaveExactSizes() throws {
    var player = try PolicyPlayer(WorkloadCatalog.make("burst", seed: 2), policy: .linux, memoryBytes: 64 << 20)
    while player.progress.events < 5000 { _ = try player.play(upTo: 1024) }
    let progress = player.progress
    #expect(progress.knownUseObjects == 0 && progress.unknownUseObjects == 0)
  }
}
