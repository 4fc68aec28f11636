/// Box with a title and scrollable lines, drawn over the rest of the screen: help, an error, a legend.
package struct Popup: Widget {
  /// Title in the top line of the box.
  package var title: String
  /// Lines of text.
  package var lines: [[Span]]
  /// Index of the first visible line, limited to ``lastOffset(in:)`` when the popup is drawn.
  package var offset: Int
  /// Styles of the interior, the border and the title.
  package var textStyle, borderStyle, titleStyle: Style
  /// Background of plain text in the theme. Spans that have it are drawn on the background of the popup instead.
  private let pageBackground: Color?
  /// Characters to draw with.
  package var glyphs: GlyphSet

  /// Creates a popup in the styles of `theme`.
  package init(title: String, lines: [[Span]], offset: Int = 0, theme: Theme, glyphs: GlyphSet) {
    self.title = title
    self.lines = lines
    self.offset = offset
    textStyle = theme[.popup]
    borderStyle = theme[.border]
    titleStyle = theme[.title]
    pageBackground = theme[.text].background
    self.glyphs = glyphs
  }

  /// Returns the rectangle of the box: centred in `bounds`, as large as the lines need, but not larger than `bounds`.
  package func frame(in bounds: Rect) -> Rect {
    let widest = lines.map { $0.reduce(0) { $0 + $1.text.displayWidth } }.max() ?? 0
    return bounds.centered(Size(width: max(widest, title.displayWidth) + 4, height: lines.count + 2))
  }

  /// Returns the value of ``offset`` that scrolls to the end of the lines if the box is drawn into `rect`.
  package func lastOffset(in rect: Rect) -> Int { max(0, lines.count - max(0, rect.height - 2)) }

  /// Returns the span with the background of plain text replaced by that of the popup.
  private func onPopupBackground(_ span: Span) -> Span {
    var style = span.style
    if style.background == pageBackground { style.background = textStyle.background }
    return Span(span.text, style)
  }

  /// Draws the popup into `rect`, with a scrollbar if not all lines are visible.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: textStyle)
    let edge = onPopupBackground(Span("", borderStyle)).style
    let title = onPopupBackground(Span(self.title, titleStyle))
    canvas.draw(Box(title: title.text, border: edge, titleStyle: title.style, glyphs: glyphs), in: rect)

    let inside = rect.inset(horizontal: 2, vertical: 1)
    let offset = min(max(0, offset), lastOffset(in: rect))
    canvas.withClip(inside) { canvas in
      for (row, line) in lines.dropFirst(offset).prefix(inside.height).enumerated() {
        canvas.draw(line.map(onPopupBackground), at: Point(x: inside.minX, y: inside.minY + row))
      }
    }
    guard lines.count > inside.height else { return }
    let rail = Rect(x: rect.maxX - 1, y: inside.minY, width: 1, height: inside.height)
    canvas.draw(Scrollbar(count: lines.count, offset: offset, style: borderStyle, glyphs: glyphs), in: rail)
  }
}
