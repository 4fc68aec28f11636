/// Bar chart of a time series in one or more rows, one column per value, newest value at the right.
package struct Sparkline: Widget {
  /// Values, oldest first; nil leaves its column empty. The chart shows the last values that fit.
  package var values: [Double?]
  /// Value at the top of the chart; nil for the largest value shown.
  package var maximum: Double?
  /// Style of the bars.
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
    let shown = values.suffix(rect.width)
    let top = maximum ?? shown.compactMap { $0 }.max() ?? 0
    let left = rect.maxX - shown.count
    for (column, value) in shown.enumerated() {
      guard let value else { continue }
      let height = top > 0 ? value / top * Double(rect.height) : 0
      for line in 0..<rect.height {
        // The lowest row shows heights 0...1, the next row heights 1...2, and so on.
        let glyph = glyphs.level(height - Double(rect.height - 1 - line))
        canvas.draw(glyph, at: Point(x: left + column, y: rect.minY + line), style: style)
      }
    }
  }
}
