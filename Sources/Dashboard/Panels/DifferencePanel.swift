import Telemetry
import TerminalUI

/// What grew between two moments, by cache.
struct DifferencePanel {
  let before: Snapshot
  let after: Snapshot
  let theme: Theme
  let glyphs: GlyphSet

  func popup(offset: Int) -> Popup {
    let popup = Popup(
      title: "what grew between \(DifferencePanel.time(before)) and \(DifferencePanel.time(after)): Esc closes",
      lines: lines, offset: offset, theme: theme, glyphs: glyphs)
    return popup
  }

  private var lines: [[Span]] {
    let old = Dictionary(before.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(after.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = Set(old.keys).union(new.keys).map { name in
      (
        name: name, bytes: (new[name]?.slabBytes ?? 0) - (old[name]?.slabBytes ?? 0),
        objects: (new[name]?.activeObjects ?? 0) - (old[name]?.activeObjects ?? 0)
      )
    }.filter { $0.bytes != 0 || $0.objects != 0 }
      .sorted { abs($0.bytes) == abs($1.bytes) ? $0.name < $1.name : abs($0.bytes) > abs($1.bytes) }
    guard !rows.isEmpty else { return [[Span("nothing grew or shrank", theme[.dim])]] }
    let width = (rows.map(\.name.count).max() ?? 0) + 2
    return [[Span("\(DifferencePanel.padded("CACHE", width))        HELD     OBJECTS", theme[.header])]]
      + rows.map { row in
        [
          Span(DifferencePanel.padded(row.name, width), theme[.text]),
          Span(
            DifferencePanel.trailing(DifferencePanel.signed(row.bytes, Figures.bytes), 12),
            theme[row.bytes > 0 ? .warning : .good]),
          Span(DifferencePanel.trailing(DifferencePanel.signed(row.objects, Figures.count), 12), theme[.text]),
        ]
      }
  }

  private static func time(_ snapshot: Snapshot) -> String { Figures.time(microseconds: snapshot.timeMicroseconds) }

  private static func signed(_ value: Int, _ format: (Int) -> String) -> String {
    (value > 0 ? "+" : "") + format(value)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func trailing(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
