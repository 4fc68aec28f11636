import TerminalUI

/// Marks labels on a drawn screen, with the figures behind them: in reverse and bold, and with a pointer before them, so that they
/// can be seen without colours.
struct ScreenMark {
  /// Texts to mark; the first occurrence of each is marked.
  let labels: [String]
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas) {
    for label in labels {
      guard let found = place(of: label, on: canvas) else { continue }
      canvas.restyle(found, Style(attributes: [.reverse, .bold]))
      let before = Point(x: found.minX - 1, y: found.minY)
      guard found.minX > 0, canvas[before].glyph == " " else { continue }
      canvas.draw(glyphs.pointer, at: before, style: Style(attributes: .bold))
    }
  }

  /// Returns the cells of the first occurrence of a label and of the figure behind it; nil if the screen does not have the label.
  private func place(of label: String, on canvas: Canvas) -> Rect? {
    for y in 0..<canvas.size.height {
      if let found = place(of: label, inRow: y, of: canvas) { return found }
    }
    return nil
  }

  /// Returns the cells of a label in a row and of the figure behind it; nil if the row does not have the label as whole words.
  private func place(of label: String, inRow y: Int, of canvas: Canvas) -> Rect? {
    let row = (0..<canvas.size.width).map { canvas[Point(x: $0, y: y)].glyph }
    let wanted = Array(label)
    for x in row.indices where row[x] == wanted[0] && row[x...].starts(with: wanted) {
      let end = x + wanted.count
      guard x == 0 || !row[x - 1].isLetter, end == row.count || !row[end].isLetter else { continue }
      return Rect(x: x, y: y, width: endOfFigure(in: row, from: end) - x, height: 1)
    }
    return nil
  }

  private static let units = ["B", "KiB", "MiB", "GiB", "TiB"]

  /// Returns the end of a figure that begins behind one space, such as " 3.5 MiB"; `start` if there is none.
  private func endOfFigure(in row: [Character], from start: Int) -> Int {
    guard start + 1 < row.count, row[start] == " ", row[start + 1].isNumber else { return start }
    let end = row[(start + 1)...].firstIndex(of: " ") ?? row.count
    let unit = String(row[min(end + 1, row.count)...].prefix { $0 != " " })
    return ScreenMark.units.contains(unit) ? end + 1 + unit.count : end
  }
}
