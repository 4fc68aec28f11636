/// Message centred in its rectangle, such as PAUSED. The whole rectangle has the banner's background.
package struct Banner: Widget {
  /// Text of the message, one line.
  package var text: String
  /// Style of the text and the background.
  package var style: Style
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates a banner with the message `text`.
  package init(_ text: String, style: Style, glyphs: GlyphSet) {
    self.text = text
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws the banner into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: style)
    let middle = rect.row((rect.height - 1) / 2)
    canvas.draw(text, in: middle, alignment: .center, style: style, ellipsis: glyphs.ellipsis)
  }
}
