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
    let line = String(repeating: glyphs.horizontal, count: rect.width - 2)
    let (left, right, top, bottom) = (rect.minX, rect.maxX - 1, rect.minY, rect.maxY - 1)
    canvas.draw("\(glyphs.topLeft)\(line)\(glyphs.topRight)", at: Point(x: left, y: top), style: border)
    canvas.draw("\(glyphs.bottomLeft)\(line)\(glyphs.bottomRight)", at: Point(x: left, y: bottom), style: border)
    for y in (top + 1)..<bottom {
      canvas.draw(String(glyphs.vertical), at: Point(x: left, y: y), style: border)
      canvas.draw(String(glyphs.vertical), at: Point(x: right, y: y), style: border)
    }
    guard !title.isEmpty, rect.width > 4 else { return }
    let shown = title.truncated(to: rect.width - 4, ellipsis: glyphs.ellipsis)
    canvas.draw(" \(shown) ", at: Point(x: left + 1, y: top), style: titleStyle)
  }
}
