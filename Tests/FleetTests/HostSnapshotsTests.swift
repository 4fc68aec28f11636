import Fleet
import Telemetry
import Testing

/// One host at a time, from its series.
@Suite struct HostSnapshotsTests {
  private static let samples: [(String, [String: String], Double)] = [
    ("slabscope_cache_active_objects", ["slab": "TCP"], 90), ("slabscope_cache_objects", ["slab": "TCP"], 96),
    ("slabscope_cache_slabs", ["slab": "TCP"], 6), ("slabscope_cache_slab_bytes", ["slab": "TCP"], 196_608),
    ("slabscope_cache_allocations_total", ["slab": "TCP"], 1234),
    ("slabscope_cache_active_objects", ["slab": "bio-184", "index": "0"], 5),
    ("slabscope_cache_active_objects", ["slab": "bio-184", "index": "1"], 7),
    ("slabscope_memory_bytes", ["part": "payload"], 100_000),
    ("slabscope_memory_bytes", ["part": "free pages"], 900_000),
    ("slabscope_free_blocks", ["order": "3"], 17), ("slabscope_free_blocks", ["order": "99"], 17),
    ("slabscope_build_info", ["version": "1"], 1), ("slabscope_cache_slabs_by_occupancy", ["slab": "TCP"], 3),
  ]

  private static func server(_ points: [PrometheusSeries.Point]) -> FakePrometheus {
    FakePrometheus { query in
      if query.hasPrefix("count by (instance)") {
        return query.contains("web1") ? [PrometheusSeries(["instance": "web1:9779"], 3)] : []
      }
      return samples.map { name, labels, value in
        let all = labels.merging(["__name__": name, "instance": "web1:9779", "job": "slabscope"]) { $1 }
        return PrometheusSeries(
          labels: all, points: points.map { PrometheusSeries.Point(seconds: $0.seconds, value: value + $0.value) })
      }
    }
  }

  @Test func figuresAreThoseOfTheSeries() throws {
    let fake = HostSnapshotsTests.server([.init(seconds: 1000, value: 0)])
    let host = try HostSnapshots(fake.client(), SeriesSelector("job=\"slabscope\""), host: "web1", at: 1000)
    #expect(host.instance == "web1:9779")
    let snapshot = try host.snapshot(at: 1000)
    #expect(snapshot.caches.map(\.name) == ["TCP", "bio-184", "bio-184"] && snapshot.workload == "web1:9779")
    let cache = snapshot.caches[0]
    #expect(cache.activeObjects == 90 && cache.totalObjects == 96 && cache.slabs == 6 && cache.slabBytes == 196_608)
    #expect(cache.allocations == 1234 && !cache.knows(.stride) && cache.requestedBytes == nil)
    #expect(snapshot.caches.dropFirst().map(\.activeObjects) == [5, 7])
    #expect(snapshot.ledger[known: .livePayload] == 100_000 && snapshot.ledger[known: .rounding] == nil)
    #expect(snapshot.memoryBytes == 1_000_000 && snapshot.pageBlocksFreeByOrder[3] == 17)
    #expect(
      fake.queries == [
        #"count by (instance) (slabscope_cache_slab_bytes{job="slabscope",instance=~"web1(:[0-9]+)?"})"#,
        #"{job="slabscope",instance="web1:9779",__name__=~"slabscope_(cache_.*|memory_bytes|free_blocks|failed_allocations_total)"}"#,
      ])
  }

  @Test func pastHasASnapshotForEachTime() throws {
    let fake = HostSnapshotsTests.server([.init(seconds: 1000, value: 0), .init(seconds: 1010, value: 3)])
    let host = try HostSnapshots(fake.client(), SeriesSelector(), host: "web1:9779")
    let snapshots = try host.snapshots(from: 1000, to: 1010, step: 10)
    #expect(snapshots.map(\.seconds) == [1000, 1010])
    #expect(snapshots.map { $0.snapshot.caches[0].activeObjects } == [90, 93])
  }

  @Test func unknownHostIsExplained() throws {
    let fake = HostSnapshotsTests.server([])
    let error = #expect(throws: PrometheusError.self) {
      try HostSnapshots(fake.client(), SeriesSelector(), host: "db")
    }
    #expect(try #require(error).description.contains("check the name of the host, which is the label instance"))
  }

  @Test func nameOfSeveralHostsIsExplained() throws {
    let client = try FakePrometheus { _ in
      [PrometheusSeries(["instance": "a:2"], 1), PrometheusSeries(["instance": "a:1"], 1)]
    }.client()
    let error = #expect(throws: PrometheusError.self) { try HostSnapshots(client, SeriesSelector(), host: "a") }
    #expect(try #require(error).description.contains("several hosts have this name, choose one: a:1, a:2"))
    #expect(try HostSnapshots(client, SeriesSelector(), host: "a:2").instance == "a:2")
  }

  @Test func impossibleFiguresAreRefused() throws {
    let client = try FakePrometheus { query in
      query.hasPrefix("count")
        ? [PrometheusSeries(["instance": "a:1"], 1)]
        : [PrometheusSeries(["__name__": "slabscope_cache_slab_bytes", "slab": "x"], -5)]
    }.client()
    let host = try HostSnapshots(client, SeriesSelector(), host: "a")
    let error = #expect(throws: PrometheusError.self) { try host.snapshot() }
    #expect(try #require(error).description.contains("an impossible figure of a:1"))
  }
}
