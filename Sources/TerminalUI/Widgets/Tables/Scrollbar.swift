/// Vertical scrollbar, one column wide.
package struct Scrollbar: Widget {
  /// Number of rows of the list.
  package var count: Int
  /// Index of the first visible row.
  package var offset: Int
  /// Style of the track and the thumb.
  package var style: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates the scrollbar of a list of `count` rows whose first visible row is `offset`. The number of visible rows is
  /// the height of the rectangle into which the scrollbar is drawn.
  package init(count: Int, offset: Int, style: Style, glyphs: GlyphSet) {
    self.count = count
    self.offset = offset
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws the track and the thumb; nothing if all rows are visible. The thumb touches an end of the track only if the
  /// list is scrolled to that end.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let height = rect.height
    guard count > height, height > 0 else { return }
    let length = max(1, height * height / count)
    let steps = count - height
    let travel = height - length
    let offset = min(max(0, offset), steps)
    let start = offset == 0 ? 0 : offset == steps ? travel : min(max(1, travel * offset / steps), max(1, travel - 1))
    for line in 0..<height {
      let isThumb = start <= line && line < start + length
      let point = Point(x: rect.minX, y: rect.minY + line)
      canvas.draw(isThumb ? glyphs.thumb : glyphs.track, at: point, style: style)
    }
  }
}
