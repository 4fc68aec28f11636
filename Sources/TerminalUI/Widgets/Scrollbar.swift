/// A rail one column wide whose thumb shows which part of a list is in view.
public struct Scrollbar: Widget {
  /// How many rows the list has.
  public var count: Int
  /// The first row in view.
  public var offset: Int
  /// Its colour.
  public var style: Style
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// The scrollbar of a list of `count` rows of which row `offset` is the first in view, as many as the rail is high.
  public init(count: Int, offset: Int, style: Style, glyphs: GlyphSet) {
    self.count = count
    self.offset = offset
    self.style = style
    self.glyphs = glyphs
  }

  /// Draws the rail, with the thumb at an end only when the list is; nothing if all of the list is in view.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
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
