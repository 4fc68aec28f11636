import Profiles
import Recordings

/// Search for caches and call sites that grow steadily on hosts of a fleet, by questions to a Prometheus server.
///
/// Growth is judged as `slabscope leaks` judges that of a history (`GrowthEvidence` of the module Profiles), after the part that
/// follows the host's load has been removed (``LoadAdjustment``).
package struct FleetLeakSearch {
  private let client: PrometheusClient
  private let selector: SeriesSelector
  private let range: Double

  /// Creates a search.
  /// - Parameters:
  ///   - client: Client of the server.
  ///   - selector: Series to examine.
  ///   - range: Seconds before now.
  package init(_ client: PrometheusClient, _ selector: SeriesSelector, range: Double) {
    (self.client, self.selector, self.range) = (client, selector, range)
  }

  /// Searches.
  /// - Throws: `PrometheusError`.
  package func report() throws(PrometheusError) -> FleetLeakReport {
    let end = try client.now()
    let queries = GrowthQueries(selector: selector, start: end - range, end: end)
    let hosts = try count(queries.hostCount(FleetMetric.activeObjects, at: end), end)
    guard hosts > 0 else { throw noSeries }
    let atStart = try count(
      queries.hostCount(FleetMetric.activeObjects, at: queries.start + range / 24), end)
    guard atStart > 0 else {
      throw .noSeries(
        server: client.server.text, selector: selector.of(FleetMetric.activeObjects),
        reason: "none that begins \(TimeSpanText.text(range)) ago; examine a shorter time with --range, or wait")
    }
    let caches = try growing(.caches, queries)
    let sites = try growing(.sites, queries)
    let load = try load(of: Set((caches + sites).map(\.host)), queries)
    var search = Judgement(load: load, seconds: range)
    for one in caches { search.judge(one, cacheGrowth: nil) }
    let growth = try cacheGrowth(of: sites, queries)
    for one in sites { search.judge(one, cacheGrowth: growth[CacheOnHost(one)]) }
    return try report(
      search, hosts: hosts, shortHosts: max(0, hosts - atStart), judged: caches.count + sites.count, end)
  }

  private var noSeries: PrometheusError {
    .noSeries(
      server: client.server.text, selector: selector.of(FleetMetric.activeObjects),
      reason:
        "none now; check --match, the target's state (\(client.server.text)/targets), and that the hosts run slabscope serve"
    )
  }

  private func count(_ query: String, _ time: Double) throws(PrometheusError) -> Int {
    Int(try client.series(query, at: time).first?.value ?? 0)
  }

  /// Metrics of one kind of suspects.
  private enum Kind {
    case caches, sites

    /// Metric whose growth is judged: objects of caches, bytes of call sites.
    var metric: String { self == .caches ? FleetMetric.activeObjects : FleetMetric.siteLiveBytes }

    /// Least growth of the metric that candidates have: less than `GrowthEvidence.leastObjects`, because the moments that are
    /// compared lie inside of the range; for bytes, of the smallest objects.
    var leastGrowth: Int { self == .caches ? 24 : 24 * 8 }
  }

  /// Fetches the series that the server's comparison of four moments does not rule out.
  private func growing(_ kind: Kind, _ queries: GrowthQueries) throws(PrometheusError) -> [GrowingSeries] {
    let candidates = try client.series(queries.candidates(kind.metric, leastGrowth: kind.leastGrowth), at: queries.end)
      .filter { series in
        // Records of the allocator itself live as long as the slabs of other caches.
        let site = series.labels["site"] ?? ""
        return site != FleetMetric.restOfSites && !AllocatorCallSites.contains(site)
      }
    guard !candidates.isEmpty else { return [] }
    let chosen = selector.adding("instance", among: Set(candidates.compactMap { $0.labels["instance"] }))
      .adding("slab", among: Set(candidates.compactMap { $0.labels["slab"] }))
    func fetch(_ expression: String) throws(PrometheusError) -> [PrometheusSeries] {
      try client.series(expression, from: queries.start, to: queries.end, step: queries.step)
    }
    let wanted = Set(candidates.map { SeriesKey($0.labels) })
    let found = try fetch(chosen.of(kind.metric)).filter { wanted.contains(SeriesKey($0.labels)) }
    let sizes = try client.series(bytesPerObject(kind, chosen), at: queries.end)
    let bytes = Dictionary(sizes.map { (SeriesKey($0.labels), $0.value ?? 0) }) { one, _ in one }
    return found.compactMap { series in
      let size = bytes[SeriesKey(series.labels)] ?? 0
      switch kind {
      case .caches: return GrowingSeries(objects: series, bytesPerObject: size)
      // The number of objects follows from their mean size, without which nothing can be said.
      case .sites: return size > 0 ? GrowingSeries(bytes: series, bytesPerObject: size) : nil
      }
    }
  }

  private func bytesPerObject(_ kind: Kind, _ selector: SeriesSelector) -> String {
    switch kind {
    case .caches: "\(selector.of(FleetMetric.slabBytes)) / (\(selector.of(FleetMetric.totalObjects)) > 0)"
    case .sites: "\(selector.of(FleetMetric.siteAllocBytes)) / (\(selector.of(FleetMetric.siteAllocObjects)) > 0)"
    }
  }

  /// Fetches the load of hosts over time.
  private func load(
    of hosts: Set<HostName>, _ queries: GrowthQueries
  ) throws(PrometheusError) -> [HostName: [PrometheusSeries.Point]] {
    guard !hosts.isEmpty else { return [:] }
    let chosen = GrowthQueries(
      selector: selector.adding("instance", among: Set(hosts.map(\.instance))), start: queries.start, end: queries.end)
    let series = try client.series(chosen.load(), from: queries.start, to: queries.end, step: queries.step)
    return Dictionary(series.map { (HostName($0.labels), $0.points) }) { one, _ in one }
  }

  /// Fetches the growth that the kernel itself counts of the caches of growing call sites.
  private func cacheGrowth(
    of sites: [GrowingSeries], _ queries: GrowthQueries
  ) throws(PrometheusError) -> [CacheOnHost: Double] {
    guard !sites.isEmpty else { return [:] }
    let chosen = selector.adding("instance", among: Set(sites.map(\.host.instance)))
      .adding("slab", among: Set(sites.map(\.cache)))
    let series = try client.series(
      "sum by (instance, job, slab) (\(chosen.of(FleetMetric.activeObjects)))", from: queries.start, to: queries.end,
      step: queries.step)
    return Dictionary(
      series.map { one in
        let growing = GrowingSeries(objects: one, bytesPerObject: 0)
        return (CacheOnHost(growing), GrowthTrend(GrowthSeries(growing.points), from: 0).objects)
      }
    ) { one, _ in one }
  }

  private func report(
    _ search: Judgement, hosts: Int, shortHosts: Int, judged: Int, _ end: Double
  ) throws(PrometheusError) -> FleetLeakReport {
    // A cache as a whole is no suspect beside its call sites on the same hosts.
    let explained = Set(
      search.growth.filter { $0.key.site != nil }.flatMap { key, hosts in
        hosts.map { CacheOnHost(host: $0.host, cache: key.cache) }
      })
    var suspects: [FleetSuspect] = []
    for (key, growth) in search.growth {
      let hosts =
        key.site != nil ? growth : growth.filter { !explained.contains(CacheOnHost(host: $0.host, cache: key.cache)) }
      guard !hosts.isEmpty else { continue }
      var matching = selector.adding("slab", equals: key.cache)
      if let site = key.site { matching = matching.adding("site", equals: site) }
      let metric = key.site == nil ? FleetMetric.activeObjects : FleetMetric.siteLiveBytes
      let present = try count("count(count by (instance, job) (\(matching.of(metric))))", end)
      suspects.append(
        FleetSuspect(
          cache: key.cache, site: key.site,
          hosts: hosts.sorted { ($0.growthBytesPerHour, $1.host) > ($1.growthBytesPerHour, $0.host) },
          presentOn: max(present, hosts.count)))
    }
    return FleetLeakReport(
      suspects, hosts: hosts, shortHosts: shortHosts, seconds: range, judged: judged, followsLoad: search.followsLoad,
      fillingUp: search.fillingUp,
      hostsWithoutLoad: Set(suspects.flatMap(\.hosts).map(\.host)).subtracting(search.load.keys).count)
  }
}
