/// Line chart of a time series in braille dots, two by four dots per cell, newest value at the right. Consecutive
/// values are connected by a vertical line. With ASCII glyphs it is drawn as a ``Sparkline`` of the same height.
package struct BrailleChart: Widget {
  /// Values, oldest first; the line has a gap where a value is nil. The chart shows the last values that fit, two per column.
  package var values: [Double?]
  /// Value at the top of the chart; nil for the largest value shown.
  package var maximum: Double?
  /// Style of the line.
  package var style: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates a chart of `values`, oldest first.
  package init(_ values: [Double?], maximum: Double? = nil, style: Style, glyphs: GlyphSet) {
    self.values = values
    self.maximum = maximum
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws the chart into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !glyphs.isASCII else {
      Sparkline(values, maximum: maximum, style: style, glyphs: glyphs).draw(on: &canvas, in: rect)
      return
    }
    let shown = Array(values.suffix(2 * rect.width))
    let top = maximum ?? shown.compactMap { $0 }.max() ?? 0
    let rows = 4 * rect.height
    guard rows > 0 else { return }
    var dots = Array(repeating: UInt32(0), count: rect.width * rect.height)
    var previous: Int?
    for (index, value) in shown.enumerated() {
      guard let value else {
        previous = nil
        continue
      }
      let column = 2 * rect.width - shown.count + index
      let share = top > 0 && value.isFinite ? min(max(0, value / top), 1) : 0
      let row = rows - 1 - Int((share * Double(rows - 1)).rounded())
      // Connect this value with the previous one by a vertical line, excluding the dot that the previous column has.
      let start = previous.map { $0 < row ? $0 + 1 : $0 > row ? $0 - 1 : row } ?? row
      for row in min(start, row)...max(start, row) {
        dots[row / 4 * rect.width + column / 2] |= Self.dot(row: row % 4, column: column % 2)
      }
      previous = row
    }
    for (index, pattern) in dots.enumerated() where pattern != 0 {
      guard let scalar = Unicode.Scalar(0x2800 + pattern) else { continue }
      let point = Point(x: rect.minX + index % rect.width, y: rect.minY + index / rect.width)
      canvas.draw(Character(scalar), at: point, style: style)
    }
  }

  /// Returns the bit of a dot in the code of a braille character. Unicode numbers the dots 1, 2, 3 down the left
  /// column, 4, 5, 6 down the right column, and 7 and 8 in the bottom row.
  static func dot(row: Int, column: Int) -> UInt32 {
    row == 3 ? 0x40 << UInt32(column) : 1 << UInt32(row + 3 * column)
  }
}
