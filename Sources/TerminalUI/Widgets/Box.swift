/// The edge of a panel, with a title let into its upper line.
public struct Box: Widget {
  /// What the upper line says; empty for nothing.
  public var title: String
  /// The styles of its lines and its title.
  public var border, titleStyle: Style
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// An edge that looks as the styles say.
  public init(title: String = "", border: Style, titleStyle: Style, glyphs: GlyphSet) {
    self.title = title
    self.border = border
    self.titleStyle = titleStyle
    self.glyphs = glyphs
  }

  /// Draws the edge and leaves what it surrounds as it is.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
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
