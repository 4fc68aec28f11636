/// Format in which a snapshot is written. All formats have the same figures under the names of their ``Figure``.
package enum SnapshotFormat: String, Sendable, Hashable, CaseIterable {
  /// Table for people that fits in a mail.
  case text
  /// JSON object.
  case json
  /// CSV (RFC 4180) with a line for each cache.
  case csv
  /// OpenMetrics 1.0.
  case openmetrics
  /// Prometheus text format 0.0.4.
  case prometheus
  /// /proc/slabinfo 2.1.
  case slabinfo
}

/// Format that cannot contain a snapshot.
package struct SnapshotFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Reason and remedy, in one line.
  package let description: String
}

/// Selection and order of the caches of an export, and its columns.
package struct SnapshotSelection: Sendable {
  /// Columns of text and CSV; nil for those of the format.
  package var columns: [Figure]?
  /// Figure by which caches are sorted, numbers in descending order and names in ascending order; nil for slab memory in text
  /// and if there is a limit, and for the order of the snapshot in other formats.
  package var sortFigure: Figure?
  /// Number of caches at most; nil for all.
  package var limit: Int?
  /// Returns whether a cache is exported; nil for all that have been used.
  package var filter: (@Sendable (CacheSnapshot) -> Bool)?
  /// Width of text in characters. Default columns that do not fit are left out; nil includes all of them.
  package var width: Int? = 80

  /// Creates a selection of all caches.
  package init() {}
}

extension Snapshot {
  /// Returns the snapshot in a format.
  /// - Throws: ``SnapshotFormatError`` if the format cannot contain the snapshot, or an error of the JSON encoder.
  package func formatted(_ format: SnapshotFormat, _ selection: SnapshotSelection = SnapshotSelection()) throws
    -> String
  {
    let selected = selected(by: selection, isSorted: format == .text)
    switch format {
    case .text: return selected.text(selection, ofCaches: caches.lazy.filter(\.isUsed).count)
    case .json: return try selected.json()
    case .csv: return selected.csv(columns: selection.columns ?? Snapshot.csvFigures)
    case .openmetrics: return selected.openMetrics
    case .prometheus: return selected.prometheus
    case .slabinfo:
      if let problem = SlabinfoEncoder.problem(of: selected) { throw SnapshotFormatError(description: problem) }
      return SlabinfoEncoder.encode(selected)
    }
  }

  /// Returns the snapshot with the caches of a selection, in its order.
  /// - Parameters:
  ///   - selection: Caches and their order.
  ///   - isSorted: Whether the caches are sorted by slab memory if the selection names no figure.
  package func selected(by selection: SnapshotSelection, isSorted: Bool = false) -> Snapshot {
    guard selection.filter != nil || selection.sortFigure != nil || selection.limit != nil || isSorted else {
      return self
    }
    var selected = self
    selected.caches = caches(of: selection, isSorted: isSorted)
    return selected
  }

  /// Returns the caches of a selection in its order.
  private func caches(of selection: SnapshotSelection, isSorted: Bool) -> [CacheSnapshot] {
    var indices = caches.indices.filter { caches[$0].isUsed && selection.filter?(caches[$0]) ?? true }
    if isSorted || selection.sortFigure != nil || selection.limit != nil {
      sort(&indices, by: selection.sortFigure ?? .slabBytes)
    }
    return indices.prefix(selection.limit ?? .max).map { caches[$0] }
  }

  private func sort(_ indices: inout [Int], by figure: Figure) {
    let keys = caches.map { cache -> (number: Double, text: String) in
      let value = cache.value(of: figure)
      if case .text(let text) = value { return (0, text) }
      // Unknown figures come last.
      return (value?.number ?? -.infinity, "")
    }
    indices.sort { left, right in
      if keys[left].number != keys[right].number { return keys[left].number > keys[right].number }
      if keys[left].text != keys[right].text { return keys[left].text < keys[right].text }
      return caches[left].name == caches[right].name ? left < right : caches[left].name < caches[right].name
    }
  }
}
