/// What Enter opens on a row of a page's list.
enum RowDetail: Sendable {
  /// Popup with more figures of the row.
  case text(RowText)
  /// The cache table with a cache selected.
  case cacheTable(String)
  /// The slabs page of a cache.
  case slabs(String)
  /// The moment of the history at which an event of a cache happened (nil: of no single cache), in microseconds of the workload; a
  /// popup if the history does not have it any more.
  case moment(microseconds: Int, cache: String?, RowText)
}

/// Text about a row: figures, sentences and bars.
struct RowText: Sendable, Hashable {
  enum Line: Sendable, Hashable {
    case heading(String)
    case figure(String, String)
    case sentence(String)
    /// Count with a bar; `share` is the length of the bar, from 0 to 1.
    case bar(label: String, count: String, share: Double)
  }

  var title: String
  var lines: [Line]
}

extension RowText.Line {
  /// Returns bars in proportion to the largest count.
  static func bars(_ counts: [(label: String, count: Int)]) -> [RowText.Line] {
    let most = Double(max(1, counts.map(\.count).max() ?? 1))
    return counts.map { .bar(label: $0.label, count: NumberFormat.count($0.count), share: Double($0.count) / most) }
  }
}
