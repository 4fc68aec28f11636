/// What makes up a sum over time: a column a moment, newest at the right, its parts on top of each other.
public struct StackedChart: Widget {
  /// Each moment's parts, oldest first; the last of them that fit are shown.
  public var columns: [[Double]]
  /// The glyph and the colour of each part, from the bottom.
  public var looks: [(glyph: Character, style: Style)]

  /// A chart of moments whose parts look as `looks` says.
  public init(_ columns: [[Double]], looks: [(glyph: Character, style: Style)]) {
    self.columns = columns
    self.looks = looks
  }

  /// The sum that reaches the top of a chart `width` columns wide.
  public func maximum(in width: Int) -> Double {
    columns.suffix(max(0, width)).map { $0.reduce(0, +) }.max() ?? 0
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    let (shown, most) = (columns.suffix(rect.width), maximum(in: rect.width))
    guard most > 0 else { return }
    for (column, parts) in shown.enumerated() {
      var (sum, row) = (0.0, 0)
      for (part, look) in zip(parts, looks) {
        sum += part
        let top = min(rect.height, Int((sum / most * Double(rect.height)).rounded()))
        while row < top {
          let place = Point(x: rect.maxX - shown.count + column, y: rect.maxY - 1 - row)
          canvas.draw(look.glyph, at: place, style: look.style)
          row += 1
        }
      }
    }
  }
}
