package import Telemetry

/// Snapshots of one host, from the series that a Prometheus server has of it.
package struct HostSnapshots: Sendable {
  private let client: PrometheusClient
  /// Matchers of the series of the host.
  private let selector: SeriesSelector
  /// Value of the label `instance`.
  package let instance: String

  /// Metrics that a snapshot is made of.
  private static let metrics = "__name__=~\"slabscope_(cache_.*|memory_bytes|free_blocks|failed_allocations_total)\""

  /// Finds a host.
  /// - Parameters:
  ///   - client: Client of the server.
  ///   - selector: Series among which the host is searched.
  ///   - host: Value of the label `instance`, or what comes before its port.
  ///   - time: Seconds since 1970 at which the host has series; nil for now.
  /// - Throws: `PrometheusError` if no host has this name, or several have.
  package init(
    _ client: PrometheusClient, _ selector: SeriesSelector, host: String, at time: Double? = nil
  ) throws(PrometheusError) {
    (self.client, self.selector) = (client, selector)
    let named = selector.addingHost(host)
    let series = named.of(FleetMetric.slabBytes)
    let found = try client.series("count by (instance) (\(series))", at: time).compactMap { $0.labels["instance"] }
    let exact = found.filter { $0 == host }
    let instances = exact.isEmpty ? found.sorted() : exact
    guard let instance = instances.first else {
      throw .noSeries(
        server: client.server.text, selector: series,
        reason:
          "none at this time; check the name of the host, which is the label instance (\(client.server.text)/targets), and that "
          + "it runs slabscope serve")
    }
    guard instances.count == 1 else {
      throw .noSeries(
        server: client.server.text, selector: series,
        reason: "several hosts have this name, choose one: \(instances.prefix(4).joined(separator: ", "))")
    }
    self.instance = instance
  }

  /// Returns the host at a time.
  /// - Parameter time: Seconds since 1970; nil for now.
  /// - Throws: `PrometheusError`.
  package func snapshot(at time: Double? = nil) throws(PrometheusError) -> Snapshot {
    let series = try client.series(query, at: time)
    return try snapshot(of: series.compactMap { one in one.value.map { HostSnapshots.sample(one.labels, $0) } })
  }

  /// Returns the host at equal distances of time. Times at which it had no series are left out.
  /// - Parameters:
  ///   - start: Seconds since 1970.
  ///   - end: Seconds since 1970.
  ///   - step: Seconds between two times.
  /// - Throws: `PrometheusError`.
  package func snapshots(
    from start: Double, to end: Double, step: Double
  ) throws(PrometheusError) -> [(seconds: Double, snapshot: Snapshot)] {
    var samples: [Double: [Snapshot.MetricSample]] = [:]
    for series in try client.series(query, from: start, to: end, step: step) {
      for point in series.points {
        samples[point.seconds, default: []].append(HostSnapshots.sample(series.labels, point.value))
      }
    }
    var snapshots: [(Double, Snapshot)] = []
    for (seconds, list) in samples.sorted(by: { $0.key < $1.key }) {
      snapshots.append((seconds, try snapshot(of: list)))
    }
    return snapshots
  }

  private var query: String { selector.adding("instance", equals: instance).adding(HostSnapshots.metrics).text }

  private static func sample(_ labels: [String: String], _ value: Double) -> Snapshot.MetricSample {
    (labels["__name__"] ?? "", labels, value)
  }

  private func snapshot(of samples: [Snapshot.MetricSample]) throws(PrometheusError) -> Snapshot {
    // The order of an answer is not defined; that of the caches is by name.
    let sorted = samples.sorted {
      ($0.labels["slab"] ?? "", $0.labels["index"] ?? "") < ($1.labels["slab"] ?? "", $1.labels["index"] ?? "")
    }
    do {
      var snapshot = try Snapshot(metrics: sorted)
      snapshot.workload = instance
      return snapshot
    } catch {
      throw .notPrometheus(server: client.server.text, reason: "an impossible figure of \(instance): \(error)")
    }
  }
}
