import Exporter
import Profiles
import Synchronization
import Telemetry
import Testing

@Suite("What an exporter answers")
struct ExporterTests {
  private func exporter(_ source: FakeSource, _ change: (inout ExporterOptions) -> Void = { _ in }) throws -> Exporter {
    var options = ExporterOptions()
    options.version = "1.2.3"
    change(&options)
    return try Exporter(source, options)
  }

  private func metrics(_ exporter: Exporter) -> [Substring] {
    String(decoding: exporter.response(to: ExporterRequest("/metrics")).body, as: UTF8.self).split(separator: "\n")
  }

  /// Returns the value of a sample without braces.
  private func value(_ name: String, _ lines: [Substring]) -> Double? {
    lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  private func samples(_ lines: [Substring]) -> Int { lines.count { !$0.hasPrefix("#") } }

  @Test("Metrics of caches, of the exporter, and its version")
  func metrics() throws {
    let lines = metrics(try exporter(FakeSource()))
    #expect(lines.contains("slabscope_cache_slab_bytes{slab=\"cache-2\"} 4096"))
    #expect(lines.contains("slabscope_build_info{version=\"1.2.3\"} 1"))
    #expect(lines.contains("slabscope_exporter_source_ok{part=\"traffic\"} 1"))
    // Caches without allocations have no such time series.
    #expect(lines.contains("slabscope_cache_allocations_total{slab=\"cache-1\"} 2"))
    #expect(!lines.contains { $0.hasPrefix("slabscope_cache_allocations_total{slab=\"cache-0\"") })
    #expect(value("slabscope_exporter_series", lines).map(Int.init) == samples(lines))
    #expect(value("slabscope_exporter_max_series", lines) == 2000)
  }

  @Test("Only the chosen caches are exported")
  func cacheFilter() throws {
    let source = FakeSource(profile: .of([("f", "cache-1", 1, 1), ("g", "cache-2", 1, 1)]))
    let lines = metrics(try exporter(source) { $0.includesCache = { $0 == "cache-1" } })
    #expect(lines.contains { $0.contains("slab=\"cache-1\"") } && !lines.contains { $0.contains("slab=\"cache-2\"") })
  }

  @Test("Samples of call sites name the source and policy of a simulated machine")
  func simulated() throws {
    var snapshot = Snapshot.machine(caches: 1)
    (snapshot.workload, snapshot.policy) = ("burst", "hemment")
    let lines = metrics(try exporter(FakeSource(snapshot, profile: .of([("f", "cache-0", 3, 2)]))))
    let labels = "source=\"burst\",policy=\"hemment\""
    #expect(lines.contains("slabscope_profile_live_bytes{site=\"f\",slab=\"cache-0\",\(labels)} 128"))
    #expect(lines.contains("slabscope_general_cache_live_objects{bytes=\"50\",\(labels)} 2"))
    #expect(lines.contains("slabscope_build_info{version=\"1.2.3\"} 1"))
  }

  @Test("An exporter without room for the caches does not start, and says what to do")
  func tooManySeriesAtStart() {
    let error = #expect(throws: ExporterError.self) {
      try exporter(FakeSource(.machine(caches: 100))) { $0.maximumSeries = 300 }
    }
    #expect(error?.description.contains("more than --max-series 300; export fewer caches") == true)
  }

  @Test("A scrape with too many time series lacks the least important metrics, and names them", arguments: 460...490)
  func limit(maximum: Int) throws {
    let sites = (1...20).map { ("f\($0)", "cache-0", $0, $0) }
    let source = FakeSource(.machine(caches: 100), profile: .of(sites))
    let whole = metrics(try exporter(source))
    #expect(value("slabscope_exporter_dropped_metrics", whole) == 0 && samples(whole) > 600)
    let lines = metrics(try exporter(source) { $0.maximumSeries = maximum })
    #expect(samples(lines) <= maximum)
    #expect(value("slabscope_exporter_series", lines).map(Int.init) == samples(lines))
    #expect(lines.contains("slabscope_exporter_dropped_metric{metric=\"slabscope_profile_alloc_bytes\"} 1"))
    #expect(
      lines.count { $0.hasPrefix("slabscope_exporter_dropped_metric{") }
        == value("slabscope_exporter_dropped_metrics", lines).map(Int.init))
    #expect(lines.contains("slabscope_cache_slab_bytes{slab=\"cache-99\"} 4096"))
    #expect(!lines.contains { $0.hasPrefix("slabscope_profile_alloc_bytes_total{") })
  }

  @Test("Missing permissions are a metric, and the rest is exported")
  func problems() throws {
    let source = FakeSource()
    source.state.withLock { $0.figures.problems[.traffic] = "needs BPF; run it with sudo" }
    let exporter = try exporter(source)
    #expect(exporter.problems == ["traffic: needs BPF; run it with sudo"])
    let lines = metrics(exporter)
    #expect(lines.contains("slabscope_exporter_source_ok{part=\"traffic\"} 0"))
    #expect(lines.contains("slabscope_exporter_source_ok{part=\"slabs\"} 1"))
    let profile = exporter.response(to: ExporterRequest("/profile"))
    #expect(profile.status == 404 && String(decoding: profile.body, as: UTF8.self).contains("needs BPF"))
  }

  @Test("The first profile is exported as soon as there is one, the next at the interval")
  func firstProfile() throws {
    let source = FakeSource()
    let exporter = try exporter(source)
    #expect(exporter.response(to: ExporterRequest("/profile")).status == 404)
    #expect(exporter.beginMaintenance() && !exporter.beginMaintenance())
    source.state.withLock { $0.profile = .of([("f", "cache-1", 3, 2)]) }
    exporter.maintain()
    #expect(metrics(exporter).contains("slabscope_profile_live_bytes{site=\"f\",slab=\"cache-1\"} 128"))
    source.state.withLock { $0.profile = .of([("g", "cache-1", 3, 2)]) }
    #expect(exporter.beginMaintenance())
    exporter.maintain()
    #expect(!metrics(exporter).contains { $0.contains("site=\"g\"") })
  }

  @Test("The quality of the watch of a kernel")
  func watch() throws {
    let source = FakeSource()
    source.state.withLock { state in
      var watch = ExportedFigures.Watch()
      (watch.events, watch.lostEvents, watch.sampling, watch.overheadPercent) = (1000, 7, 16, 2.5)
      state.figures.watch = watch
    }
    let lines = metrics(try exporter(source))
    #expect(value("slabscope_exporter_lost_events_total", lines) == 7)
    #expect(value("slabscope_exporter_sampling", lines) == 16)
    #expect(value("slabscope_exporter_overhead_ratio", lines) == 0.025)
  }

  @Test("A snapshot and a profile can be read back")
  func readBack() throws {
    let profile = AllocationProfile.of([("f", "cache-1", 3, 2)])
    let exporter = try exporter(FakeSource(profile: profile))
    let json = exporter.response(to: ExporterRequest("/snapshot"))
    #expect(try Snapshot(json: String(decoding: json.body, as: UTF8.self)).caches.count == 3)
    let file = exporter.response(to: ExporterRequest("/profile"))
    #expect(file.fileName == "slabscope.slabprofile")
    #expect(try AllocationProfile(fileContents: file.body, name: "x").figures == profile.figures)
    #expect(exporter.response(to: ExporterRequest("/profile?format=pprof")).body.starts(with: [0x1F, 0x8B]))
    let text = exporter.response(to: ExporterRequest("/profile?format=json"))
    #expect(String(decoding: text.body, as: UTF8.self).contains("\"live_objects\":2"))
    #expect(exporter.response(to: ExporterRequest("/profile?format=svg")).status == 400)
  }

  @Test("OpenMetrics and gzip, if the client accepts them")
  func negotiation() throws {
    let exporter = try exporter(FakeSource())
    let plain = exporter.response(to: ExporterRequest("/metrics"))
    #expect(plain.contentType == "text/plain; version=0.0.4; charset=utf-8" && !plain.isGzip)
    let open = exporter.response(
      to: ExporterRequest("/metrics", accept: ["application/openmetrics-text;version=1.0.0"], acceptEncoding: ["gzip"]))
    #expect(open.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8" && open.isGzip)
    #expect(open.headers.contains { $0 == ("Content-Encoding", "gzip") } && open.body.count < plain.body.count)
  }

  @Test("The landing page escapes the name of the source; other paths do not exist")
  func pages() throws {
    let exporter = try exporter(FakeSource())
    let page = String(decoding: exporter.response(to: ExporterRequest("/")).body, as: UTF8.self)
    #expect(page.contains("a &lt;test&gt;") && page.contains("href=\"metrics\""))
    #expect(exporter.response(to: ExporterRequest("/metric")).status == 404)
  }
}
