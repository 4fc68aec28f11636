import Recordings
import Telemetry
import Testing
import Workloads

@testable import Advisor

@Suite struct KernelSlabCurveTests {
  private static let symbols = ["__alloc_skb+0x1/0x2", "skbuff_head_cache", "kmalloc-cg-1k"]

  /// Returns a recording of a kernel with a cache that the events name, the kmalloc caches of one size, and a cache that no event
  /// names.
  private func recording(
    _ samples: [(time: UInt64, heads: Int)], first: UInt64 = 1000, withKmalloc: Bool = true
  ) throws -> Recording {
    var writer = SlabtraceWriter(name: "curve", summary: "")
    for (time, heads) in samples {
      let caches = [("skbuff_head_cache", heads, 256), ("dentry", 900, 256)]
      let rows = (caches + (withKmalloc ? [("kmalloc-1k", 5, 1024), ("kmalloc-cg-1k", 2, 1024)] : [])).map {
        let objects = $0.1 * 4096 / $0.2
        return "\($0.0) \(objects) \(objects) \($0.2) \(4096 / $0.2) 1 : tunables 0 0 0 : slabdata \($0.1) \($0.1) 0\n"
      }
      writer.append(
        KernelSample(
          time: time, source: .slabinfo, text: "slabinfo - version: 2.1\n# name\n" + rows.joined()))
    }
    var events = (0..<10).map { number in
      AllocationEvent(
        time: first + UInt64(number), slot: UInt32(number), requestedBytes: 224, allocatedBytes: 256, site: 0, cache: 1,
        cpu: 0, kind: .kmemCacheAlloc, outcome: .allocated)
    }
    if withKmalloc {
      events.append(
        AllocationEvent(
          time: first + 10, slot: 10, requestedBytes: 1000, allocatedBytes: 1024, site: 0, cache: 2, cpu: 0,
          kind: .kmalloc, outcome: .allocated))
    }
    writer.append(events, symbols: KernelSlabCurveTests.symbols)
    return try Recording(
      bytes: writer.finish(symbols: KernelSlabCurveTests.symbols, counts: ImportStatistics()), name: "curve")
  }

  /// Returns a snapshot of a replay with the kernel's figures at a time.
  private func snapshot(_ curve: KernelSlabCurve?, at time: UInt64) -> Snapshot {
    var snapshot = Snapshot()
    var general = CacheSnapshot(name: "size-1024")
    (general.isGeneral, general.objectSize) = (true, 1024)
    snapshot.caches = [
      CacheSnapshot(name: "skbuff_head_cache"), general, CacheSnapshot(name: "kmalloc-1k"),
      CacheSnapshot(name: "dentry"),
    ]
    curve?.add(to: &snapshot, at: time)
    return snapshot
  }

  @Test func curveInterpolatesBetweenSamplesOnly() throws {
    let curve = try KernelSlabCurve(try recording([(500, 10), (2000, 30), (3000, 10)]))
    // No event names dentry.
    #expect(snapshot(curve, at: 1000).kernelSlabBytes == 17 << 12)
    #expect(snapshot(curve, at: 1500).kernelSlabBytes == 27 << 12, "half of the way from the first event")
    #expect(
      snapshot(curve, at: 2000).kernelSlabBytes == 37 << 12 && snapshot(curve, at: 3000).kernelSlabBytes == 17 << 12)
    #expect([0, 999, 3001, .max].allSatisfy { snapshot(curve, at: $0) == snapshot(nil, at: $0) })
    #expect(snapshot(curve, at: 1000).kernelSlabBytesNotReplayed == nil)
    let caches = snapshot(curve, at: 2250).caches
    #expect(caches.map(\.kernelSlabs) == [25, nil, 5, nil], "\(caches.map(\.kernelSlabs))")
    #expect(caches[0].kernelSlabBytes == 25 << 12)
  }

  @Test func generalCacheOfEngineIsComparedWithAllKmallocCachesOfItsSize() throws {
    let curve = try KernelSlabCurve(try recording([(500, 10), (2000, 30)]), joiningKmallocKinds: true)
    #expect(snapshot(curve, at: 2000).caches.map(\.kernelSlabs) == [30, 7, 7, nil])
    #expect(snapshot(curve, at: 2000).kernelSlabBytes == 37 << 12)
  }

  @Test func coldReplayIsComparedWithChangeSinceStart() throws {
    let curve = try KernelSlabCurve(try recording([(500, 10), (2000, 30)]), replayBytes: 4096)
    let snapshot = snapshot(curve, at: 2000)
    // The replay has 1 of the kernel's 17 slabs before the first event.
    #expect(snapshot.kernelSlabBytes == 37 << 12 && snapshot.kernelSlabBytesNotReplayed == 16 << 12)
  }

  @Test func curveStartsAtFirstSampleIfItIsAfterFirstEvent() throws {
    let curve = try KernelSlabCurve(try recording([(1500, 10), (2000, 30)]))
    #expect(snapshot(curve, at: 1400).kernelSlabBytes == nil && snapshot(curve, at: 1500).kernelSlabBytes == 17 << 12)
  }

  @Test func recordingWithoutSamplesHasNoCurve() throws {
    for samples in [[], [(time: UInt64(500), heads: 1)]] {
      let curve = try KernelSlabCurve(try recording(samples))
      #expect(curve == nil)
    }
    let curve = try KernelSlabCurve(WorkloadCatalog.make("burst", seed: 1))
    #expect(curve == nil)
  }

  @Test func replayOnModelStartsWithSlabMemoryOfKernel() throws {
    let recording = try recording([(500, 10), (2000, 30)], withKmalloc: false)
    let start = try #require(try ReplayStart(recording))
    let player = try PolicyPlayer(
      recording, policy: .linux, memoryBytes: 64 << 20, start: start.state, observations: start.observations)
    var snapshot = Snapshot(player.sample())
    try KernelSlabCurve(recording)?.add(to: &snapshot, at: 1000)
    #expect(snapshot.kernelSlabBytes == snapshot.slabBytes)
    #expect(snapshot.caches.allSatisfy { $0.kernelSlabs == $0.slabs })
  }
}
