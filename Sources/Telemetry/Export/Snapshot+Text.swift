import TextOutput

extension Snapshot {
  /// The snapshot as text: memory by use, then a line for each cache with slabs, in descending order of slab memory.
  /// Figures that are not known are `-`.
  package var text: String {
    var table = TextTable([
      Figure.cacheName.label, Figure.activeObjects.label, Figure.totalObjects.label, Figure.slabs.label,
      Figure.fullSlabs.label, Figure.partialSlabs.label, Figure.emptySlabs.label, Figure.slabsOnCPUs.label,
      "\(Figure.slabBytes.label) KIB", "\(Figure.freeBytesInPartialSlabs.label) KIB", Figure.packedSlabs.label,
      Figure.externalFragmentation.label, Figure.isReclaimable.label,
    ])
    let order = caches.indices.filter { caches[$0].slabBytes > 0 || caches[$0].totalObjects > 0 }.sorted {
      (caches[$1].slabBytes, caches[$0].name) < (caches[$0].slabBytes, caches[$1].name)
    }
    for index in order { table.add(Snapshot.cells(of: caches[index])) }
    return (summary + [""] + table.lines).joined(separator: "\n") + "\n"
  }

  /// Memory by use, one line per part of the ledger.
  private var summary: [String] {
    var table = TextTable([workload.isEmpty ? "memory" : workload, "KiB", "of slab memory"])
    let slabBytes = max(1, slabBytes)
    let outside: Set<ByteLedger.Part> = [.pageHog, .otherUse, .freePages]
    for part in ByteLedger.Part.allCases where ledger[part] > 0 {
      let share = outside.contains(part) ? "" : Snapshot.percent(Double(ledger[part]) * 100 / Double(slabBytes))
      table.add([part.title, String(ledger[part] >> 10), share])
    }
    return table.lines
  }

  private static func cells(of cache: CacheSnapshot) -> [String] {
    func known(_ figure: Figure) -> String { cache.value(of: figure)?.description ?? "-" }
    func kibibytes(_ figure: Figure) -> String {
      cache.value(of: figure)?.number.map { String(Int($0) >> 10) } ?? "-"
    }
    return [
      EscapedText.line(cache.name), (cache.activeIsUpperBound == true ? "<=" : "") + known(.activeObjects),
      known(.totalObjects), known(.slabs), known(.fullSlabs), known(.partialSlabs), known(.emptySlabs),
      known(.slabsOnCPUs), kibibytes(.slabBytes), kibibytes(.freeBytesInPartialSlabs), known(.packedSlabs),
      cache.externalFragmentationPercent.map(percent) ?? "-", cache.isReclaimable.map { $0 ? "yes" : "no" } ?? "-",
    ]
  }

  private static func percent(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
