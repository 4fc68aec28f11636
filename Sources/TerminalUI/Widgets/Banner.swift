/// A line of text across the whole of its rectangle, in the middle: PAUSED, or that the window is too small.
public struct Banner: Widget {
  /// What it says.
  public var text: String
  /// How it looks.
  public var style: Style
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// A banner that says `text`.
  public init(_ text: String, style: Style, glyphs: GlyphSet) {
    self.text = text
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: style)
    let middle = rect.row((rect.height - 1) / 2)
    canvas.draw(text, in: middle, alignment: .center, style: style, ellipsis: glyphs.ellipsis)
  }
}
