/// Border of a panel, with a title in the top line.
package struct Box: Widget {
  /// Title in the top line; empty for none.
  package var title: String
  /// Styles of the lines and of the title.
  package var border, titleStyle: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates a border with a title in the given styles.
  package init(title: String = "", border: Style, titleStyle: Style, glyphs: GlyphSet) {
    self.title = title
    self.border = border
    self.titleStyle = titleStyle
    self.glyphs = glyphs
  }

  /// Draws the border along the edges of `rect`, without changing the cells inside. Draws nothing if `rect` is smaller
  /// than 2 by 2 cells.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let (left, right, top, bottom) = (rect.minX, rect.maxX - 1, rect.minY, rect.maxY - 1)
    let edges = [(top, glyphs.topLeft, glyphs.topRight), (bottom, glyphs.bottomLeft, glyphs.bottomRight)]
    for (y, first, last) in edges {
      canvas.draw(first, at: Point(x: left, y: y), style: border)
      canvas.draw(glyphs.horizontal, count: rect.width - 2, at: Point(x: left + 1, y: y), style: border)
      canvas.draw(last, at: Point(x: right, y: y), style: border)
    }
    for y in (top + 1)..<bottom {
      canvas.draw(glyphs.vertical, at: Point(x: left, y: y), style: border)
      canvas.draw(glyphs.vertical, at: Point(x: right, y: y), style: border)
    }
    guard !title.isEmpty, rect.width > 4 else { return }
    let shown = title.truncated(to: rect.width - 4, ellipsis: glyphs.ellipsis)
    canvas.draw(" \(shown) ", at: Point(x: left + 1, y: top), style: titleStyle)
  }
}
