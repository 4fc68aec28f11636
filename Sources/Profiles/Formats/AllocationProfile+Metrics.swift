package import TextOutput

extension AllocationProfile {
  /// Largest number of rows in metrics, if the user names none: each row is a time series of every metric.
  package static let defaultMetricRows = 200

  /// Returns the rows as metrics. The rows after the first `limit` are added up as a row named `other`.
  package func metrics(
    _ rows: [ProfileRow], _ format: MetricsText.Format, limit: Int = AllocationProfile.defaultMetricRows
  ) -> String {
    var series = rows.prefix(limit).map { (labels: labels(of: $0), figures: $0.figures) }
    let rest = rows.dropFirst(limit)
    if let first = rest.first {
      let figures = rest.dropFirst().reduce(into: first.figures) { $0.add($1.figures) }
      var labels = labels(of: first)
      for index in labels.indices { labels[index].value = "other" }
      // A function or cache may have this name too.
      while series.contains(where: { $0.labels.elementsEqual(labels, by: ==) }) { labels[0].value += "*" }
      series.append((labels, figures))
    }
    var text = MetricsText(format)
    let ofCPUs = rows.first?.cpu != nil
    for metric in AllocationProfile.metrics where !ofCPUs || metric.isKnownOfCPUs {
      text.add(
        "slabscope_profile_" + metric.name, metric.kind, help: metric.help,
        series.compactMap { row in
          metric.value(row.figures).map { MetricsText.Sample(labels: row.labels, value: $0) }
        })
    }
    return text.text
  }

  private func labels(of row: ProfileRow) -> [(name: String, value: String)] {
    var labels: [(name: String, value: String)] = []
    if let stack = row.stack, !stack.isEmpty {
      labels.append(("stack", stack.reversed().map(AllocationProfile.frame).joined(separator: ";")))
    } else if let site = row.site {
      labels.append(("site", site))
    }
    if let cache = row.cache { labels.append(("cache", cache)) }
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
    Metric(name: "peak_live_objects", kind: .gauge, help: "Largest number of live objects, or an upper bound of it.") {
      $0.peakLiveObjects
    },
  ]
}
