/// A box with a title on top of everything else, its lines scrolled if there are too many: help, an error, a legend.
public struct Popup: Widget {
  /// What its upper edge says.
  public var title: String
  /// Its lines.
  public var lines: [[Span]]
  /// The first line in view, as far as there are lines below.
  public var offset: Int
  /// The styles of its inside, its edge and its title.
  public var textStyle, borderStyle, titleStyle: Style
  /// What lies behind text elsewhere: spans that bring it along get the box's own instead.
  private let pageBackground: Color?
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// A box that looks as `theme` has it.
  public init(title: String, lines: [[Span]], offset: Int = 0, theme: Theme, glyphs: GlyphSet) {
    self.title = title
    self.lines = lines
    self.offset = offset
    textStyle = theme[.popup]
    borderStyle = theme[.border]
    titleStyle = theme[.title]
    pageBackground = theme[.text].background
    self.glyphs = glyphs
  }

  /// The rectangle in the middle of `bounds` that the box would like: as large as its lines need and there is room for.
  public func frame(in bounds: Rect) -> Rect {
    let widest = lines.map { $0.reduce(0) { $0 + $1.text.displayWidth } }.max() ?? 0
    return bounds.centered(Size(width: max(widest, title.displayWidth) + 4, height: lines.count + 2))
  }

  /// The furthest ``offset`` that still shows as many lines as a box in `rect` has room for.
  public func lastOffset(in rect: Rect) -> Int { max(0, lines.count - max(0, rect.height - 2)) }

  private func onOwnBackground(_ span: Span) -> Span {
    var style = span.style
    if style.background == pageBackground { style.background = textStyle.background }
    return Span(span.text, style)
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: textStyle)
    let edge = onOwnBackground(Span("", borderStyle)).style
    let title = onOwnBackground(Span(self.title, titleStyle))
    canvas.draw(Box(title: title.text, border: edge, titleStyle: title.style, glyphs: glyphs), in: rect)

    let inside = rect.inset(horizontal: 2, vertical: 1)
    let offset = min(max(0, offset), lastOffset(in: rect))
    canvas.withClip(inside) { canvas in
      for (row, line) in lines.dropFirst(offset).prefix(inside.height).enumerated() {
        canvas.draw(line.map(onOwnBackground), at: Point(x: inside.minX, y: inside.minY + row))
      }
    }
    guard lines.count > inside.height else { return }
    let rail = Rect(x: rect.maxX - 1, y: inside.minY, width: 1, height: inside.height)
    canvas.draw(Scrollbar(count: lines.count, offset: offset, style: borderStyle, glyphs: glyphs), in: rail)
  }
}
