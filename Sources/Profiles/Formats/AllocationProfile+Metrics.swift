package import TextOutput

extension AllocationProfile {
  /// Largest number of rows in metrics, if the user names none: each row is a time series of every metric.
  package static let defaultMetricRows = 200

  /// Label of the sum of the rows that have no time series of their own.
  package static let restLabel = "(rest)"

  /// Figures that are exported as one time series of each metric.
  package struct Series {
    /// Labels in the order of the text.
    package var labels: [(name: String, value: String)]
    package var figures: AllocationFigures

    /// Creates a series.
    package init(labels: [(name: String, value: String)], figures: AllocationFigures) {
      (self.labels, self.figures) = (labels, figures)
    }
  }

  /// Returns the rows as metrics. The rows after the first `limit` are added up as a row named ``restLabel``.
  package func metrics(
    _ rows: [ProfileRow], _ format: MetricsText.Format, limit: Int = AllocationProfile.defaultMetricRows
  ) -> String {
    var series = rows.prefix(limit).map { Series(labels: labels(of: $0), figures: $0.figures) }
    let rest = rows.dropFirst(limit)
    if let first = rest.first {
      let figures = rest.dropFirst().reduce(into: first.figures) { $0.add($1.figures) }
      var labels = labels(of: first)
      for index in labels.indices { labels[index].value = AllocationProfile.restLabel }
      // A function or cache may have this name too.
      while series.contains(where: { $0.labels.elementsEqual(labels, by: ==) }) { labels[0].value += "*" }
      series.append(Series(labels: labels, figures: figures))
    }
    var text = MetricsText(format)
    for family in AllocationProfile.metricFamilies(of: series, areCPUs: rows.first?.cpu != nil) { text.add(family) }
    return text.text
  }

  /// Returns the metrics of series.
  /// - Parameters:
  ///   - series: Series, whose labels differ.
  ///   - names: Names of the metrics without the prefix `slabscope_profile_`; nil for all.
  ///   - areCPUs: Whether the series are of CPUs, of which only some figures are known.
  package static func metricFamilies(
    of series: [Series], names: Set<String>? = nil, areCPUs: Bool = false
  ) -> [MetricFamily] {
    metrics.lazy.filter { (!areCPUs || $0.isKnownOfCPUs) && names?.contains($0.name) ?? true }.map { metric in
      MetricFamily(
        "slabscope_profile_" + metric.name, metric.kind, help: metric.help,
        series.compactMap { row in
          metric.value(row.figures).map { MetricsText.Sample(labels: row.labels, value: $0) }
        })
    }
  }

  private func labels(of row: ProfileRow) -> [(name: String, value: String)] {
    var labels: [(name: String, value: String)] = []
    if let stack = row.stack, !stack.isEmpty {
      labels.append(("stack", stack.reversed().map(AllocationProfile.frame).joined(separator: ";")))
    } else if let site = row.site {
      labels.append(("site", site))
    }
    if let cache = row.cache { labels.append(("slab", cache)) }
    for (name, number) in [
      ("requested_bytes", row.requestedBytes), ("allocated_bytes", row.allocatedBytes), ("used_bytes", row.usedBytes),
      ("cpu", row.cpu),
    ] {
      if let number { labels.append((name, String(number))) }
    }
    return labels
  }

  private struct Metric: Sendable {
    let name: String
    let kind: MetricsText.Kind
    let help: String
    var isKnownOfCPUs = false
    let value: @Sendable (AllocationFigures) -> Int?
  }

  private static let metrics = [
    Metric(name: "alloc_objects", kind: .counter, help: "Objects allocated.", isKnownOfCPUs: true) { $0.allocObjects },
    Metric(name: "alloc_bytes", kind: .counter, help: "Allocated bytes of the allocated objects.") { $0.allocBytes },
    Metric(name: "alloc_requested_bytes", kind: .counter, help: "Requested bytes of the allocated objects.") {
      $0.requestedBytes
    },
    Metric(name: "free_objects", kind: .counter, help: "Objects whose free was recorded.", isKnownOfCPUs: true) {
      $0.freeObjects
    },
    Metric(
      name: "remote_frees", kind: .counter, help: "Objects freed by another CPU than the one that allocated them.",
      isKnownOfCPUs: true
    ) { $0.remoteFrees },
    Metric(name: "unseen_frees", kind: .counter, help: "Objects that ended without a recorded free.") {
      $0.unseenFrees
    },
    Metric(name: "live_objects", kind: .gauge, help: "Objects that are live at the end.") { $0.liveObjects },
    Metric(name: "live_bytes", kind: .gauge, help: "Allocated bytes of the live objects.") { $0.liveBytes },
    Metric(name: "live_requested_bytes", kind: .gauge, help: "Requested bytes of the live objects.") {
      $0.liveRequestedBytes
    },
    Metric(name: "peak_live_objects", kind: .gauge, help: "Largest number of live objects, or an upper bound of it.") {
      $0.peakLiveObjects
    },
  ]
}
