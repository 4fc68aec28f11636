import SlabEngine
import Testing

@testable import Telemetry

@Suite struct SnapshotTests {
  @Test(.enabled(if: canCapture, "built without Capture: requested sizes are not known"))
  func ledgerPartsSumToMachineMemory() throws {
    var configuration = EngineConfiguration(memoryBytes: 8 << 20, cpus: 2)
    #if Capture
      configuration.capturesData = true
    #endif
    let engine = try SlabEngine(configuration)
    let cache = try engine.makeCache("skbuff_head_cache", objectSize: 232, alignment: 64)
    let heads = (0..<300).map { _ in engine.cpu(0).allocate(from: cache)! }
    let data = (0..<100).map { engine.cpu(1).allocate(bytes: 1500 + $0)! }
    let large = try #require(engine.cpu(0).allocate(bytes: 20_000))
    for head in heads[100...] { engine.cpu(1).free(head, to: cache) }
    engine.hogPages(10)
    let snapshot = Snapshot(engine.sample())
    let ledger = snapshot.ledger
    #expect(ledger.sum == 8 << 20)
    #expect(ledger[.livePayload] == 100 * 232 + (1500..<1600).reduce(0, +) + 20_000)
    #expect(ledger[.rounding] == 100 * 2048 - (1500..<1600).reduce(0, +) + 32768 - 20_000)
    #expect(ledger[.alignmentAndMetadata] == 100 * (256 - 232))
    #expect(ledger[.pageHog] == 40960)
    let head = try #require(snapshot.caches.first { $0.name == "skbuff_head_cache" })
    #expect([head.activeObjects, head.allocations, head.frees, head.stride] == [100, 300, 200, 256])
    for object in data { engine.cpu(0).free(object) }
    engine.cpu(0).free(large)
    #expect(Snapshot(engine.sample()).ledger[.livePayload] == 100 * 232)
  }

  @Test func jsonRoundTripPreservesSnapshot() throws {
    let snapshot = sampleSnapshot()
    let json = try snapshot.json()
    #expect(try Snapshot(json: json) == snapshot)
    let keys = [
      "\"memory_bytes\"", "\"ledger\"", "\"live_payload\"", "\"slabs_by_order\"", "\"page_blocks_free_by_order\"",
      "\"object_size\"", "\"active_objects\"", "\"total_objects\"",
    ]
    #expect(keys.filter { !json.contains($0) } == [])
  }
}

/// Whether the engine was built with data capture, so that requested bytes are known.
private var canCapture: Bool {
  #if Capture
    true
  #else
    false
  #endif
}

/// Returns a snapshot with a cache of mixed page orders and two caches whose name contains blanks.
func sampleSnapshot() -> Snapshot {
  var snapshot = Snapshot()
  snapshot.memoryBytes = 1 << 20
  snapshot.cpus = 2
  snapshot.ledger[.freePages] = 1 << 20
  var mixed = CacheSnapshot(name: "kmalloc-2k")
  mixed.isGeneral = true
  (mixed.objectSize, mixed.stride, mixed.preferredOrder, mixed.objectsPerPreferredSlab) = (2048, 2048, 2, 8)
  (mixed.activeObjects, mixed.totalObjects, mixed.objectsInMagazines, mixed.magazineCapacity) = (30, 42, 4, 8)
  (mixed.slabs, mixed.fullSlabs, mixed.partialSlabs, mixed.emptySlabs) = (6, 3, 2, 1)
  mixed.slabsByOrder[2] = 5
  mixed.slabsByOrder[0] = 1
  var odd = CacheSnapshot(name: "file lock cache")
  (odd.objectSize, odd.stride, odd.objectsPerPreferredSlab) = (192, 192, 21)
  snapshot.caches = [mixed, odd, odd]
  return snapshot
}
