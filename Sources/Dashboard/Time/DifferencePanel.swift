import Telemetry
import TerminalUI

/// Popup with the growth between two snapshots, by cache.
struct DifferencePanel {
  let differences: Differences
  let theme: Theme
  let glyphs: GlyphSet

  func popup(offset: Int) -> Popup {
    let popup = Popup(
      title: "Growth from \(differences.from) to \(differences.to): Esc close",
      lines: lines, offset: offset, theme: theme, glyphs: glyphs)
    return popup
  }

  /// Columns of the longest name that is shown completely.
  private static let longestName = 40

  private var lines: [[Span]] {
    let rows = differences.rows
    guard !rows.isEmpty else { return [[Span("No cache grew or shrank", theme[.dim])]] }
    let width = min(rows.map(\.name.displayWidth).max() ?? 0, DifferencePanel.longestName) + 2
    return [[Span("\(DifferencePanel.padded("CACHE", width))    SLAB MEM      ACTIVE", theme[.header])]]
      + rows.map { row in
        [
          Span(
            DifferencePanel.padded(row.name.truncated(to: width - 2, ellipsis: glyphs.ellipsis), width), theme[.text]),
          Span(
            DifferencePanel.trailing(DifferencePanel.signed(row.bytes, NumberFormat.bytes), 12),
            theme[row.bytes > 0 ? .warning : .good]),
          Span(DifferencePanel.trailing(DifferencePanel.signed(row.objects, NumberFormat.count), 12), theme[.text]),
        ]
      }
  }

  private static func signed(_ value: Int, _ format: (Int) -> String) -> String {
    (value > 0 ? "+" : "") + format(value)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.displayWidth))
  }

  private static func trailing(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
