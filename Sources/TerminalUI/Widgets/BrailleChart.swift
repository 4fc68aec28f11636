/// A line chart in braille dots, two by four to a cell, newest at the right, unbroken where it is steep; in ASCII, a sparkline as high as the chart.
public struct BrailleChart: Widget {
  /// The figures, oldest first; the last of them that fit are shown, two to a column.
  public var values: [Double]
  /// What reaches the top; nil for the greatest figure shown.
  public var maximum: Double?
  /// Its colour.
  public var style: Style
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// The course of `values`, oldest first.
  public init(_ values: [Double], maximum: Double? = nil, style: Style, glyphs: GlyphSet) {
    self.values = values
    self.maximum = maximum
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !glyphs.isASCII else {
      Sparkline(values, maximum: maximum, style: style, glyphs: glyphs).draw(on: &canvas, in: rect)
      return
    }
    let shown = Array(values.suffix(2 * rect.width))
    let top = maximum ?? shown.max() ?? 0
    let rows = 4 * rect.height
    guard rows > 0 else { return }
    var dots = Array(repeating: UInt32(0), count: rect.width * rect.height)
    var before: Int?
    for (index, value) in shown.enumerated() {
      let column = 2 * rect.width - shown.count + index
      let share = top > 0 && value.isFinite ? min(max(0, value / top), 1) : 0
      let row = rows - 1 - Int((share * Double(rows - 1)).rounded())
      // Down or up to where the curve was: the last dot of the way is the other column's.
      let start = before.map { $0 < row ? $0 + 1 : $0 > row ? $0 - 1 : row } ?? row
      for row in min(start, row)...max(start, row) {
        dots[row / 4 * rect.width + column / 2] |= Self.dot(row: row % 4, column: column % 2)
      }
      before = row
    }
    for (index, pattern) in dots.enumerated() where pattern != 0 {
      guard let scalar = Unicode.Scalar(0x2800 + pattern) else { continue }
      let point = Point(x: rect.minX + index % rect.width, y: rect.minY + index / rect.width)
      canvas.draw(Character(scalar), at: point, style: style)
    }
  }

  /// The bit of a dot, as Unicode numbers the braille block: 1, 2, 3 down the left, 4, 5, 6 down the right, 7 and 8 below.
  static func dot(row: Int, column: Int) -> UInt32 {
    row == 3 ? 0x40 << UInt32(column) : 1 << UInt32(row + 3 * column)
  }
}
