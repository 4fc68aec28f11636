import TextOutput

extension Snapshot {
  /// Sample of a metric that ``openMetrics`` writes: its name, its labels and its value.
  package typealias MetricSample = (name: String, labels: [String: String], value: Double)

  /// Creates a snapshot from samples of one moment. Figures without a sample are unknown, and other metrics are ignored.
  /// - Throws: an error that names the figure if a value is impossible.
  package init(metrics samples: some Sequence<MetricSample>) throws {
    self.init()
    (source, knowsRequestedBytes, unknownFigures) = ("metrics", false, .machine)
    let cachePaths = Snapshot.cachePaths
    var indices: [CacheIdentity: Int] = [:]
    var (ledger, parts) = (ByteLedger(), Set<ByteLedger.Part>())
    for (name, labels, value) in samples where value.isFinite && abs(value) <= 0x1p53 {
      if name == Figure.ledger.sampleName {
        guard let part = ByteLedger.Part.allCases.first(where: { $0.title == labels["part"] }) else { continue }
        ledger[part] = Int(value)
        parts.insert(part)
      } else if name == Figure.pageBlocksFreeByOrder.sampleName {
        guard let order = labels["order"].flatMap({ Int($0) }), pageBlocksFreeByOrder.indices.contains(order) else {
          continue
        }
        pageBlocksFreeByOrder[order] = Int(value)
        unknownFigures.remove(.pageBlocksFreeByOrder)
      } else if name == Figure.allFailedAllocations.sampleName {
        failedAllocations = Int(value)
      } else if let path = cachePaths[name], let slab = labels["slab"] ?? labels["cache"] {
        let identity = CacheIdentity(name: slab, occurrence: labels["index"].flatMap { Int($0) } ?? 0)
        let index = indices[identity] ?? caches.count
        if index == caches.count {
          indices[identity] = index
          var cache = CacheSnapshot(name: slab)
          cache.unknownFigures = .all
          cache.isGeneral = SlabDebugging.kmallocBytes(slab) != nil
          caches.append(cache)
        }
        caches[index][keyPath: path] = Int(value)
      }
    }
    knowsRequestedBytes = !caches.isEmpty && caches.allSatisfy { $0.requestedBytes != nil }
    try checkRanges()
    if parts.isEmpty {
      fillLedgerOfCaches()
    } else {
      for part in ByteLedger.Part.allCases where !parts.contains(part) { ledger[known: part] = nil }
      self.ledger = ledger
      memoryBytes = ledger.sum
      unknownFigures.remove(.memoryBytes)
    }
  }

  /// Figures of caches by the name of their samples.
  private static var cachePaths: [String: WritableKeyPath<CacheSnapshot, Int?>] {
    Dictionary(CacheSnapshot.integers.compactMap { figure, path in figure.sampleName.map { ($0, path) } }) { one, _ in
      one
    }
  }
}

extension Figure {
  /// Name of the samples of the figure's metric; nil if it has none.
  var sampleName: String? { metric.map { $0.name + ($0.kind == .counter ? "_total" : "") } }
}
