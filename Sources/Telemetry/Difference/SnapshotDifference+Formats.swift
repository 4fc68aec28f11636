import FoundationEssentials
import Glibc
import TextOutput

extension SnapshotDifference {
  /// Returns the difference as a JSON object. Figures that are not known are absent.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }

  /// The difference as CSV (RFC 4180, with line feeds): a header line, then a line for each cache. Fields of figures that are not known are empty.
  package var csv: String {
    let header = [
      "name", "presence", "before_objects", "after_objects", "growth_objects", "before_bytes", "after_bytes",
      "growth_bytes", "growth_percent",
    ]
    let rows = caches.map { cache in
      let figures = [
        cache.beforeObjects, cache.afterObjects, cache.growthObjects, cache.beforeBytes, cache.afterBytes,
        cache.growthBytes,
      ]
      return [EscapedText.field(cache.name), cache.presence.rawValue] + figures.map { $0.map(String.init) ?? "" }
        + [cache.growthPercent.map(FigureValue.tenths) ?? ""]
    }
    return ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// The difference as text: a line for each cache that differs, then the totals.
  /// - Parameter limit: Number of caches at most; nil for all.
  package func text(limit: Int? = nil) -> String {
    let differing = caches.filter { !$0.isEqual }
    let headings = ["CACHE", "OBJECTS", "GROWTH", "SLAB MEM", "GROWTH", "%", ""]
    let rows = differing.prefix(limit ?? .max).map(SnapshotDifference.cells)
    let widths = headings.indices.map { column in (rows + [headings]).map { $0[column].count }.max() ?? 0 }
    let figureColumns = widths[1..<6].map { TextTable.Column.right($0 + 2) }
    // The name of the cache gets what the figures leave of 80 columns.
    let nameWidth = min(widths[0], max(12, 79 - widths[1..<6].reduce(10, +) - widths[6]))
    let columns = [.left(nameWidth, truncates: false)] + figureColumns + [.remark(gap: 1)]
    var table = TextTable(columns: Array(zip(headings, columns)).map { (heading: $0, column: $1) })
    for row in rows { table.add([EscapedText.line(row[0], width: nameWidth)] + row.dropFirst()) }
    var lines = ["from  \(EscapedText.line(from, width: 72))", "to    \(EscapedText.line(to, width: 72))", ""]
    lines += differing.isEmpty ? [] : table.lines.map { $0.trimmingSuffix(" ") } + [""]
    if let limit, limit < differing.count { lines.append("\(limit) of \(differing.count) caches that differ") }
    return (lines + totals).joined(separator: "\n") + "\n"
  }

  private static func cells(of cache: CacheDifference) -> [String] {
    [
      EscapedText.line(cache.name), cache.afterObjects.map(String.init) ?? "-",
      cache.growthObjects.map(signed) ?? "-", cache.afterBytes.map(ByteCount.text) ?? "-",
      cache.growthBytes.map { ($0 > 0 ? "+" : "") + ByteCount.text($0) } ?? "-",
      cache.growthPercent.map { ($0 > 0 ? "+" : "") + FigureValue.tenths($0) + " %" } ?? "-", remark(cache.presence),
    ]
  }

  /// Totals, and the numbers of caches that are equal, new or vanished.
  private var totals: [String] {
    func count(_ presence: CacheDifference.Presence) -> Int { caches.lazy.filter { $0.presence == presence }.count }
    func objects(_ growth: Int) -> String { SnapshotDifference.signed(growth) + " objects" }
    func bytes(_ growth: Int) -> String { (growth > 0 ? "+" : "") + ByteCount.text(growth) + " of slab memory" }
    var lines: [String] = []
    let growth = [growthObjects.map(objects), growthBytes.map(bytes)].compactMap { $0 }
    if !growth.isEmpty { lines.append("total: " + growth.joined(separator: ", ")) }
    if growthObjects == nil { lines += partialTotal(\.growthObjects, objects) }
    if growthBytes == nil { lines += partialTotal(\.growthBytes, bytes) }
    if lines.isEmpty { lines.append("total: not known") }
    lines.append("caches: \(equalCaches) equal, \(count(.new)) new, \(count(.vanished)) vanished")
    if count(.unknown) > 0 {
      lines.append("\(count(.unknown)) caches are in one input only; the other does not list all caches")
    }
    return lines
  }

  /// Returns a line with the sum of a figure over the caches of which it is known; no line if it is not known of any.
  private func partialTotal(_ figure: KeyPath<CacheDifference, Int?>, _ text: (Int) -> String) -> [String] {
    let known = caches.compactMap { $0[keyPath: figure] }
    guard !known.isEmpty else { return [] }
    let subject = known.count == 1 ? "1 cache" : "\(known.count) caches"
    return ["total of the \(subject) whose growth is known: " + text(known.reduce(0, +))]
  }

  private static func remark(_ presence: CacheDifference.Presence) -> String {
    switch presence {
    case .both: ""
    case .new: "new"
    case .vanished: "gone"
    case .unknown: "?"
    }
  }

  private static func signed(_ value: Int) -> String { value > 0 ? "+\(value)" : "\(value)" }
}

extension String {
  /// Returns the text without spaces at its end.
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
