/// The recent course of a figure in one row or more, newest at the right.
public struct Sparkline: Widget {
  /// The figures, oldest first; the last of them that fit are shown.
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
    let shown = values.suffix(rect.width)
    let top = maximum ?? shown.max() ?? 0
    let left = rect.maxX - shown.count
    for (column, value) in shown.enumerated() {
      let height = top > 0 ? value / top * Double(rect.height) : 0
      for line in 0..<rect.height {
        // The lowest row shows what lies between 0 and 1 of the height, the next between 1 and 2, and so on.
        let glyph = glyphs.level(height - Double(rect.height - 1 - line))
        canvas.draw(glyph, at: Point(x: left + column, y: rect.minY + line), style: style)
      }
    }
  }
}
