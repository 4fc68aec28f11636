/// Horizontal bar that fills a share of its rectangle. The other cells are not drawn.
package struct Meter: Widget {
  /// Share of the width to fill, 0...1. A share above 0 fills at least one cell.
  package var share: Double
  /// Style of the bar.
  package var style: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates a bar that fills `share` of its width.
  package init(_ share: Double, style: Style, glyphs: GlyphSet) {
    (self.share, self.style, self.glyphs) = (share, style, glyphs)
  }

  /// Draws the bar into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard share > 0 else { return }
    let filled = max(1, Int((min(1, share) * Double(rect.width)).rounded()))
    for y in rect.minY..<rect.maxY {
      canvas.draw(glyphs.full, count: filled, at: Point(x: rect.minX, y: y), style: style)
    }
  }
}
