package import TextOutput

extension Snapshot {
  /// The snapshot in the text format of OpenMetrics 1.0, as Prometheus reads it.
  package var openMetrics: String { metrics(.openMetrics) }

  /// The snapshot in the Prometheus text format 0.0.4, as node_exporter's textfile collector and `promtool check metrics` read it.
  package var prometheus: String { metrics(.prometheus) }

  private func metrics(_ format: MetricsText.Format) -> String {
    var text = MetricsText(format)
    for family in metricFamilies { text.add(family) }
    return text.text
  }

  /// The metrics of the snapshot. The samples of a simulated machine have the labels `source` and `policy`.
  package var metricFamilies: [MetricFamily] {
    var families: [MetricFamily] = []
    let common = simulationLabels
    func add(_ figure: Figure, _ samples: [MetricsText.Sample]) {
      guard let metric = figure.metric, !samples.isEmpty else { return }
      families.append(
        MetricFamily(
          metric.name, metric.kind, help: figure.definition,
          common.isEmpty ? samples : samples.map { .init(labels: $0.labels + common, number: $0.number) }))
    }
    if knows(.ledger) {
      add(
        .ledger,
        ByteLedger.Part.allCases.compactMap { part in
          ledger[known: part].map { .init(labels: [("part", part.title)], value: $0) }
        })
    }
    let labels = cacheLabels
    for figure in Figure.ofCaches where figure.metric != nil && figure != .slabsByOccupancy {
      add(figure, samples(of: figure, labels))
    }
    add(.slabsByOccupancy, occupancies(labels))
    add(.objectsMoved, objectsMoved.map { [.init(value: $0)] } ?? [])
    add(.pagesReturnedByShuffler, pagesReturnedByShuffler.map { [.init(value: $0)] } ?? [])
    add(.kernelSlabMemory, kernelSlabBytes.map { [.init(value: $0)] } ?? [])
    add(.allFailedAllocations, failedAllocations.map { [.init(value: $0)] } ?? [])
    let nodeLabels = generalCacheLabels
    add(.walkSteps, samples(\.walkSteps, nodeLabels))
    add(.served, samples(\.served, nodeLabels))
    add(.retries, samples(\.retries, nodeLabels))
    if knows(.pageBlocksFreeByOrder) {
      add(
        .pageBlocksFreeByOrder,
        pageBlocksFreeByOrder.enumerated().map { .init(labels: [("order", "\($0.offset)")], value: $0.element) })
    }
    return families
  }

  /// Labels of all samples of a simulated machine: its source and policy; empty for a kernel.
  package var simulationLabels: [(name: String, value: String)] {
    policy.isEmpty ? [] : [("source", workload), ("policy", policy)]
  }

  /// Labels of each cache: its name, and its number among the caches of that name if there are several. The label is `slab`, as in
  /// node_exporter's slabinfo collector.
  private var cacheLabels: [[(name: String, value: String)]] {
    let identities = CacheIdentity.identities(of: caches)
    let repeated = Set(
      identities.lazy.filter { $0.occurrence == 1 }.map { CacheIdentity(name: $0.name, occurrence: 0) })
    return identities.map { identity in
      let isRepeated = repeated.contains(CacheIdentity(name: identity.name, occurrence: 0))
      return [("slab", identity.name)] + (isRepeated ? [("index", "\(identity.occurrence)")] : [])
    }
  }

  /// Labels of each general cache: its size and cache, and a number if a size was retired and added again.
  private var generalCacheLabels: [[(name: String, value: String)]] {
    let names = (generalCaches ?? []).map { "\($0.size) \($0.cache)" }
    let counts = names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    var used: [String: Int] = [:]
    return zip(generalCaches ?? [], names).map { node, name in
      defer { used[name, default: 0] += 1 }
      return [("size", "\(node.size)"), ("slab", node.cache)]
        + (counts[name, default: 0] > 1 ? [("index", "\(used[name, default: 0])")] : [])
    }
  }

  /// Returns the samples of the caches that have been used and of which the figure is known.
  private func samples(of figure: Figure, _ labels: [[(name: String, value: String)]]) -> [MetricsText.Sample] {
    guard let reader = figure.reader else { return [] }
    return caches.indices.compactMap { index in
      guard caches[index].isUsed else { return nil }
      switch reader(caches[index]) {
      case .integer(let value): return .init(labels: labels[index], value: value)
      // Refusals of all orders. A cache that shares slabs has none of its own.
      case .counts(let counts) where !caches[index].sharesSlabs:
        return .init(labels: labels[index], value: counts.reduce(0, +))
      default: return nil
      }
    }
  }

  private func samples(
    _ path: KeyPath<GeneralCacheSnapshot, Int>, _ labels: [[(name: String, value: String)]]
  ) -> [MetricsText.Sample] {
    zip(generalCaches ?? [], labels).map { .init(labels: $1, value: $0[keyPath: path]) }
  }

  private func samples(
    _ path: KeyPath<GeneralCacheSnapshot, Int?>, _ labels: [[(name: String, value: String)]]
  ) -> [MetricsText.Sample] {
    zip(generalCaches ?? [], labels).compactMap { node, labels in
      node[keyPath: path].map { .init(labels: labels, value: $0) }
    }
  }

  /// Returns samples of slabs by occupancy, of the caches of which it is known: `empty`, `0/8` to `7/8` (at least so many
  /// eighths), `full`.
  private func occupancies(_ labels: [[(name: String, value: String)]]) -> [MetricsText.Sample] {
    caches.indices.flatMap { index -> [MetricsText.Sample] in
      guard let counts = caches[index].slabsByOccupancy, caches[index].slabs > 0 else { return [] }
      return counts.enumerated().map { place, count in
        let part = place == 0 ? "empty" : place == counts.count - 1 ? "full" : "\(place - 1)/\(counts.count - 2)"
        return .init(labels: labels[index] + [("occupancy", part)], value: count)
      }
    }
  }
}
