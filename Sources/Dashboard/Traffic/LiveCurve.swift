import TerminalUI

/// Live bytes over time, for a cell of a table.
enum LiveCurve {
  /// Largest number of points, one for each column of the cell.
  static let points = 12

  /// Column of the curves of a list.
  static let column = Table.Column("LIVE OVER TIME", width: 14, hidingOrder: 2)

  /// Returns a curve of at most `points` points, each the largest value of its part of the time.
  static func shortened(_ values: [Int?]) -> [Int?] {
    guard values.count > points else { return values }
    return (0..<points).map { point in
      values[point * values.count / points..<(point + 1) * values.count / points].compactMap(\.self).max()
    }
  }

  /// Returns the drawing of a shortened curve.
  static func sparkline(_ curve: [Int?], _ theme: Theme, _ glyphs: GlyphSet) -> Sparkline {
    Sparkline(curve.map { $0.map(Double.init) }, style: theme[.sparkline], glyphs: glyphs)
  }
}

extension PageColumn {
  /// Creates a column of the growth of live bytes, `-` if it is not known.
  static func growth(_ growth: @escaping @Sendable (Row) -> Int?) -> PageColumn {
    PageColumn(
      DefinedColumn(
        Table.Column("GROWTH", width: NumberFormat.bytesWidth + 1, alignment: .trailing),
        "Growth of the bytes since the mark (b), or since the start if nothing is marked."),
      number: { growth($0).map(Double.init) }
    ) { row, theme, _ in
      guard let bytes = growth(row) else { return .text("-", theme[.dim]) }
      return .text(
        NumberFormat.signed(bytes, NumberFormat.bytes), bytes > 0 ? theme[.warning] : bytes < 0 ? theme[.good] : .plain)
    }
  }

  /// Creates a column of curves of live bytes.
  static func liveOverTime(_ curve: @escaping @Sendable (Row) -> [Int?]) -> PageColumn {
    PageColumn(
      drawing: DefinedColumn(
        LiveCurve.column, "Live bytes since the first profile, in proportion to the largest value.")
    ) { row, theme, glyphs in .widget(LiveCurve.sparkline(curve(row), theme, glyphs)) }
  }
}
