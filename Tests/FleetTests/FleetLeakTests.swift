import Profiles
import Testing

@testable import Fleet

/// Judgement of the growth on hosts of a fleet.
@Suite struct FleetLeakTests {
  private static let seconds = 86_400.0
  private static let times = (0..<64).map { Double($0) * seconds / 63 }
  private static let host = HostName(instance: "a:9779", job: "slabscope")

  /// Judges one series.
  private static func judged(
    _ cache: String = "skbuff_head_cache", site: String? = nil, load: ((Double) -> Double)? = nil,
    cacheGrowth: Double? = nil, _ objects: (Double) -> Double
  ) -> Judgement {
    let rates = load.map { load in times.map { PrometheusSeries.Point(seconds: $0, value: load($0)) } }
    var judgement = Judgement(load: rates.map { [host: $0] } ?? [:], seconds: seconds)
    var labels = ["instance": host.instance, "job": host.job, "slab": cache]
    labels["site"] = site
    let series = PrometheusSeries(
      labels: labels, points: times.map { PrometheusSeries.Point(seconds: $0, value: objects($0)) })
    judgement.judge(GrowingSeries(objects: series, bytesPerObject: 256), cacheGrowth: cacheGrowth)
    return judgement
  }

  /// A wave of a day that begins at its lowest point, from 0 to 1.
  private static func wave(_ time: Double) -> Double { (1 - cosine(2 * .pi * time / seconds)) / 2 }

  @Test func steadyGrowthIsALeak() throws {
    let judgement = FleetLeakTests.judged { 1000 + $0 / 60 }
    let growth = try #require(judgement.growth[.init(cache: "skbuff_head_cache", site: nil)]?.first)
    #expect(growth.verdict == .growingSteadily && growth.host == FleetLeakTests.host)
    #expect(abs(growth.growthObjects - 1440) <= 1 && abs(growth.growthBytesPerHour - 60 * 256) < 1)
    #expect(growth.liveObjects == 2440 && growth.tau == 1 && growth.loadCorrelation == nil)
  }

  @Test func objectsThatFollowARisingLoadAreNoLeak() {
    let judgement = FleetLeakTests.judged(load: { 1000 + $0 / 50 }, { 500 + ($0 / 50) / 4 })
    #expect(judgement.growth.isEmpty && judgement.followsLoad == ["skbuff_head_cache": 1])
  }

  @Test func leakUnderAWaveOfLoadIsFound() throws {
    // The load falls in the second half, and the working set with it, but the leak does not.
    let judgement = FleetLeakTests.judged(
      load: { 1000 + 500 * FleetLeakTests.wave($0) }, { 200 + 100 * FleetLeakTests.wave($0) + $0 / 30 })
    let growth = try #require(judgement.growth.values.first?.first)
    // The working set is as large at the end as at the start.
    #expect(abs(Double(growth.growthObjects) - FleetLeakTests.seconds / 30) < 60)
    #expect(judgement.followsLoad.isEmpty)
  }

  @Test func leakUnderARisingLoadIsFoundIfItGrowsMore() throws {
    let load = { (time: Double) in 1000 + 200 * time / FleetLeakTests.seconds }
    let judgement = FleetLeakTests.judged(load: load, { load($0) / 2 + $0 / 100 })
    let growth = try #require(judgement.growth.values.first?.first)
    // Of 964 objects, 100 follow the load.
    #expect(abs(growth.growthObjects - 864) <= 20)
  }

  @Test func steadyLoadHidesNoLeak() {
    #expect(!FleetLeakTests.judged(load: { _ in 1000 }, { 200 + $0 / 30 }).growth.isEmpty)
  }

  @Test func growthThatEndsIsNoLeak() {
    #expect(FleetLeakTests.judged { min($0, 20_000) / 10 }.growth.isEmpty)
    #expect(FleetLeakTests.judged { _ in 4000 }.growth.isEmpty)
    #expect(FleetLeakTests.judged { $0 / 86_400 * 20 }.growth.isEmpty, "fewer than 32 objects")
  }

  @Test func cacheThatTheKernelFillsIsNamedApart() {
    let judgement = FleetLeakTests.judged("dentry") { 1000 + $0 }
    #expect(judgement.growth.isEmpty && judgement.fillingUp == ["dentry": 1])
  }

  @Test func callSiteIsALeakOnlyIfTheCacheGrowsToo() {
    let site = "alloc_it+0x10/0x40"
    #expect(FleetLeakTests.judged(site: site, cacheGrowth: 1400) { 1000 + $0 / 60 }.growth.count == 1)
    #expect(FleetLeakTests.judged(site: site, cacheGrowth: 10) { 1000 + $0 / 60 }.growth.isEmpty)
  }

  /// Answers of a server for a fleet of three hosts, of which one leaks at one call site.
  private static func server(leaks: Set<String>) -> FakePrometheus {
    let hosts = ["a", "b", "c"]
    @Sendable func series(_ labels: [String: String], _ value: (Double) -> Double) -> PrometheusSeries {
      PrometheusSeries(
        labels: labels,
        points: times.map { PrometheusSeries.Point(seconds: 1e6 - seconds + $0, value: value($0)) })
    }
    return FakePrometheus { query in
      let labels = { (host: String) in ["instance": host, "job": "j", "slab": "TCP"] }
      let siteLabels = { (host: String) in labels(host).merging(["site": "f+0x1/0x2"]) { $1 } }
      if query == "vector(time())" { return [PrometheusSeries([:], 1e6)] }
      if query.hasPrefix("count(count by") { return [PrometheusSeries([:], 3)] }
      let isSite = query.contains("slabscope_profile_live_bytes")
      if query.contains("avg_over_time") {
        return leaks.map { PrometheusSeries(isSite ? siteLabels($0) : labels($0), 1) }
      }
      if query.contains("slabscope_profile_alloc_bytes_total") {
        return hosts.map { PrometheusSeries(siteLabels($0), 2048) }
      }
      if query.contains("slabscope_cache_slab_bytes") { return hosts.map { PrometheusSeries(labels($0), 2048) } }
      if query.contains("rate(") { return hosts.map { series(["instance": $0, "job": "j"]) { _ in 100 } } }
      return hosts.map { host in
        series(isSite ? siteLabels(host) : labels(host)) {
          (1000 + (leaks.contains(host) ? $0 / 60 : 0)) * (isSite ? 2048 : 1)
        }
      }
    }
  }

  @Test func hostsOfALeakAreNamedWithItsCallSite() throws {
    let fake = FleetLeakTests.server(leaks: ["b"])
    let report = try FleetLeakSearch(try fake.client(), SeriesSelector("job=\"j\""), range: FleetLeakTests.seconds)
      .report()
    let suspect = try #require(report.suspects.first)
    // The cache as a whole is explained by its call site.
    #expect(report.suspects.count == 1 && suspect.cache == "TCP" && suspect.site == "f+0x1/0x2")
    #expect(suspect.hosts.map(\.host.instance) == ["b"] && suspect.presentOn == 3 && !suspect.isWidespread)
    #expect(report.hosts == 3 && report.shortHosts == 0 && report.hostsWithoutLoad == 0)
    #expect(abs(suspect.growthBytesPerHour - 60 * 2048) < 1000)
    let text = report.text(hostLimit: 10)
    #expect(text.contains("1 suspect on 1 host may leak: 3 hosts were examined over 24 h."))
    #expect(text.contains("few") && text.contains("sudo slabscope"))
    // Only the host that may leak is read point by point.
    let fetched = fake.queries.filter { $0.hasPrefix("slabscope_profile_live_bytes{") }
    #expect(fetched == [#"slabscope_profile_live_bytes{job="j",instance=~"b",slab=~"TCP"}"#])
  }

  @Test func growthOnMostHostsIsWidespread() throws {
    let report = try FleetLeakSearch(
      try FleetLeakTests.server(leaks: ["a", "b"]).client(), SeriesSelector(), range: FleetLeakTests.seconds
    ).report()
    #expect(report.suspects.map(\.isWidespread) == [true] && report.suspects[0].hosts.count == 2)
    #expect(report.text(hostLimit: 1).contains("and 1 more host"))
  }

  @Test func healthyFleetHasNoSuspects() throws {
    let report = try FleetLeakSearch(
      try FleetLeakTests.server(leaks: []).client(), SeriesSelector(), range: FleetLeakTests.seconds
    ).report()
    #expect(report.suspects.isEmpty && report.text(hostLimit: 9).contains("No leak found: 3 hosts were examined"))
  }

  @Test func fleetWithoutSeriesIsAnError() throws {
    let client = try FakePrometheus { $0 == "vector(time())" ? [PrometheusSeries([:], 1e6)] : [] }.client()
    let error = #expect(throws: PrometheusError.self) {
      try FleetLeakSearch(client, SeriesSelector(), range: 60).report()
    }
    #expect(
      try #require(error).description.contains("no series slabscope_cache_active_objects: none now; check --match"))
  }
}

/// Cosine by its series, so that the tests need no mathematics library.
private func cosine(_ angle: Double) -> Double {
  let reduced = angle.truncatingRemainder(dividingBy: 2 * .pi)
  var (term, sum) = (1.0, 1.0)
  for index in 1...20 {
    term *= -reduced * reduced / Double((2 * index - 1) * (2 * index))
    sum += term
  }
  return sum
}
