package import Advisor

/// Live objects of general caches by requested size: of all hosts together, and of each host.
package struct FleetDemand: Sendable {
  /// Demand of all hosts together, as the server added it up.
  package var fleet: SizeDemand
  /// Demand of each host; empty if it was not asked for.
  package var hosts: [(name: HostName, demand: SizeDemand)]
  /// Number of hosts.
  package var hostCount: Int

  /// Creates the demand of hosts whose demands are known.
  package init(fleet: SizeDemand, hosts: [(name: HostName, demand: SizeDemand)], hostCount: Int) {
    (self.fleet, self.hosts, self.hostCount) = (fleet, hosts, hostCount)
  }

  /// Asks a server. The server adds up live objects over hosts and over time.
  ///
  /// The peak of a size is the largest number of its live objects on each host during the range. The sum over hosts is the memory
  /// that they need, each at its own time.
  /// - Parameters:
  ///   - client: Client of the server.
  ///   - selector: Series to add up.
  ///   - range: Seconds before now.
  ///   - includesHosts: Whether the demand of each host is asked for as well.
  /// - Throws: `PrometheusError`.
  package init(
    from client: PrometheusClient, _ selector: SeriesSelector, range: Double, includesHosts: Bool
  ) throws(PrometheusError) {
    let series = selector.of(FleetMetric.liveObjectsBySize)
    let now = try client.now()
    func ask(_ function: String, by labels: String) throws(PrometheusError) -> [PrometheusSeries] {
      try client.series("sum by (\(labels)) (\(function)(\(series)[\(Int(range.rounded(.up)))s]))", at: now)
    }
    let (peak, mean) = (try ask("max_over_time", by: "bytes"), try ask("avg_over_time", by: "bytes"))
    fleet = FleetDemand.demand(name: "the hosts", peak, mean)
    guard fleet.requestCount > 0 else {
      throw .noSeries(
        server: client.server.text, selector: series,
        reason: mean.isEmpty
          ? "none in the last \(TimeSpanText.text(range)); check --match, --range, the target's state (\(client.server.text)/targets), and "
            + "that the hosts export sizes (slabscope serve, with the traffic of the kernel watched)"
          : "their values are all 0: the hosts have no live objects in general caches yet")
    }
    guard includesHosts else {
      let count = try client.series(
        "count(count by (instance, job) (last_over_time(\(series)[\(Int(range.rounded(.up)))s])))", at: now)
      (hosts, hostCount) = ([], Int(count.first?.value ?? 0))
      return
    }
    let peaks = Dictionary(grouping: try ask("max_over_time", by: "instance, job, bytes")) { HostName($0.labels) }
    let means = Dictionary(grouping: try ask("avg_over_time", by: "instance, job, bytes")) { HostName($0.labels) }
    hosts = means.keys.sorted().map { host in
      (host, FleetDemand.demand(name: "\(host)", peaks[host] ?? [], means[host] ?? []))
    }
    hostCount = hosts.count
  }

  /// Returns the demand of series by size.
  private static func demand(name: String, _ peak: [PrometheusSeries], _ mean: [PrometheusSeries]) -> SizeDemand {
    func bySize(_ series: [PrometheusSeries]) -> [Int: Double] {
      var values: [Int: Double] = [:]
      for one in series {
        // Values beyond the range of an integer come from no host.
        guard let bytes = one.labels["bytes"].flatMap({ Int($0) }), let value = one.value else { continue }
        values[bytes, default: 0] += max(0, value)
      }
      return values
    }
    let (peak, mean) = (bySize(peak), bySize(mean))
    return SizeDemand(
      name: name,
      live: Set(peak.keys).union(mean.keys).map { (bytes: $0, atPeak: peak[$0] ?? 0, onAverage: mean[$0] ?? 0) })
  }
}
