import TextOutput

extension Snapshot {
  /// The snapshot in the text format of OpenMetrics 1.0, as Prometheus and node_exporter's textfile collector read it.
  package var openMetrics: String {
    var lines: [String] = []
    func family(_ figure: Figure, _ samples: [(labels: String, value: Int)]) {
      guard let metric = figure.metric, !samples.isEmpty else { return }
      lines += ["# TYPE \(metric.name) \(metric.kind)", "# HELP \(metric.name) \(figure.definition)"]
      let suffix = metric.kind == .counter ? "_total" : ""
      lines += samples.map { "\(metric.name)\(suffix)\($0.labels) \($0.value)" }
    }
    /// Samples of the caches of which a figure is known.
    func byCache(_ value: (CacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
      caches.filter(\.isUsed).compactMap { cache in
        value(cache).map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
      }
    }
    family(
      .ledger,
      knows(.ledger)
        ? ByteLedger.Part.allCases.compactMap { part in
          ledger[known: part].map { ("{part=\"\(Snapshot.escaped(part.title))\"}", $0) }
        } : [])
    family(.slabBytes, byCache { $0[known: \.slabBytes, .slabBytes] })
    family(.requestedBytes, byCache(\.requestedBytes))
    family(.activeObjects, byCache { $0[known: \.activeObjects, .activeObjects] })
    family(.totalObjects, byCache { $0[known: \.totalObjects, .totalObjects] })
    family(.slabs, byCache { $0[known: \.slabs, .slabs] })
    family(.kernelSlabMemory, kernelSlabBytes.map { [("", $0)] } ?? [])
    family(
      .kernelSlabBytes,
      caches.compactMap { cache in
        cache.kernelSlabBytes.map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
      })
    family(.allocations, byCache(\.allocations))
    // An engine counts every fallback. Of a kernel, only the slabs of a lower order that exist now are known.
    family(.orderFallbacks, byCache(\.countedOrderFallbacks))
    family(.lowOrderSlabs, byCache { $0.fallbacksByOrder == nil ? $0.knownLowOrderSlabs : nil })
    family(.refusalsByOrder, byPool { $0.sharesSlabs ? nil : $0.refusalsByOrder?.reduce(0, +) })
    family(.objectsMoved, objectsMoved.map { [("", $0)] } ?? [])
    family(.pagesReturnedByShuffler, pagesReturnedByShuffler.map { [("", $0)] } ?? [])
    family(.allFailedAllocations, failedAllocations.map { [("", $0)] } ?? [])
    family(.slabsByOccupancy, occupancies)
    family(.lockAcquisitions, byPool(\.lockAcquisitions))
    family(.lockContentions, byPool(\.lockContentions))
    family(.lockWaitCycles, byPool(\.lockWaitCycles))
    family(.walkSteps, byGeneralCache(\.walkSteps))
    family(.served, byGeneralCache(\.served))
    family(.retries, byGeneralCache(\.retries))
    family(
      .pageBlocksFreeByOrder,
      (self[known: \.pageBlocksFreeByOrder, .pageBlocksFreeByOrder] ?? []).enumerated().map {
        ("{order=\"\($0.offset)\"}", $0.element)
      })
    return (lines + ["# EOF"]).joined(separator: "\n") + "\n"
  }

  /// Returns samples of a figure by pool, labelled with the cache that reports the pool's slabs.
  private func byPool(_ value: (CacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
    caches.filter { $0.slabs > 0 || $0.allocations ?? 0 > 0 }.compactMap { cache in
      value(cache).map { ("{cache=\"\(Snapshot.escaped(cache.name))\"}", $0) }
    }
  }

  /// Returns samples of the general caches of which a figure is known.
  private func byGeneralCache(_ value: (GeneralCacheSnapshot) -> Int?) -> [(labels: String, value: Int)] {
    (generalCaches ?? []).compactMap { node in
      value(node).map { ("{size=\"\(node.size)\",cache=\"\(Snapshot.escaped(node.cache))\"}", $0) }
    }
  }

  /// Samples of slabs by occupancy, of the caches of which it is known: `empty`, `0/8` to `7/8` (at least so many eighths), `full`.
  private var occupancies: [(labels: String, value: Int)] {
    caches.flatMap { cache -> [(labels: String, value: Int)] in
      guard let counts = cache.slabsByOccupancy, cache.slabs > 0 else { return [] }
      return counts.enumerated().map { place, count in
        let part = place == 0 ? "empty" : place == counts.count - 1 ? "full" : "\(place - 1)/\(counts.count - 2)"
        return ("{cache=\"\(Snapshot.escaped(cache.name))\",occupancy=\"\(part)\"}", count)
      }
    }
  }

  private static func escaped(_ text: String) -> String { EscapedText.label(text) }
}
