import Telemetry
import Testing

@Suite struct TextExportTests {
  private var snapshot: Snapshot {
    var snapshot = Snapshot()
    var cache = CacheSnapshot(name: "odd,\"name\"")
    (cache.slabs, cache.slabBytes, cache.requestedBytes, cache.activeObjects) = (2, 8192, 5000, 50)
    cache.allocations = 60
    snapshot.caches = [cache, CacheSnapshot(name: "unused")]
    snapshot.ledger[.livePayload] = 5000
    return snapshot
  }

  @Test func csvQuotesNamesWithCommasAndQuotes() {
    let lines = snapshot.csv.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("cache,object_bytes,"))
    #expect(lines[1].hasPrefix("\"odd,\"\"name\"\"\",0,0,50,"))
  }

  @Test func openMetricsEndsWithEOFAndEscapesLabels() {
    let text = snapshot.openMetrics
    #expect(text.hasSuffix("# EOF\n") && text.contains("slabscope_memory_bytes{part=\"payload\"} 5000\n"))
    #expect(text.contains("slabscope_cache_slab_bytes{slab=\"odd,\\\"name\\\"\"} 8192\n"))
    #expect(text.contains("# TYPE slabscope_cache_allocations counter\n") && !text.contains("unused"))
    #expect(text.contains("slabscope_cache_allocations_total{"))
  }

  @Test("Samples of a simulated machine name its source and policy; those of a kernel do not")
  func simulatedMachine() {
    var simulated = snapshot
    (simulated.workload, simulated.policy) = ("burst", "hemment")
    #expect(
      simulated.prometheus.contains(
        "slabscope_memory_bytes{part=\"payload\",source=\"burst\",policy=\"hemment\"} 5000\n"))
    simulated.policy = ""
    #expect(!simulated.prometheus.contains("burst"))
  }

  @Test func unknownFiguresAreAbsentFromExports() throws {
    var cache = CacheSnapshot(name: "dentry")
    (cache.slabs, cache.slabBytes, cache.activeObjects, cache.totalObjects) = (2, 8192, 40, 42)
    (cache.objectSize, cache.stride) = (192, 192)
    var kernel = Snapshot()
    (kernel.caches, kernel.knowsRequestedBytes) = ([cache], false)
    let json = try kernel.json()
    for key in [
      "allocations", "frees", "refills", "requested_bytes", "failed_allocations", "refusals_by_order", "events",
      "large_bytes", "unsure_objects",
    ] { #expect(!json.contains("\"\(key)\""), "\(key) is not known") }
    #expect(try Snapshot(json: json) == kernel)
    #expect(!kernel.openMetrics.contains("allocations") && !kernel.openMetrics.contains("requested"))
    #expect(kernel.openMetrics.contains("slabscope_cache_low_order_slabs{slab=\"dentry\"} 0\n"))
    #expect(kernel.csv.split(separator: "\n").last?.hasPrefix("dentry,192,192,40,42,2,8192,,7680,,,,,,0,") == true)
  }
}
