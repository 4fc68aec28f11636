/// What makes up a sum over time: a column a moment, newest at the right, its parts on top of each other.
public struct StackedChart: Widget {
  /// Each moment's parts, oldest first; the last of them that fit are shown.
  public var columns: [[Double]]
  /// The glyph and the colour of each part, from the bottom.
  public var looks: [(glyph: Character, style: Style)]
  /// A half of a cell, from below: where parts differ in their colours alone, a cell can show two of them. Nil where not.
  public var lowerHalf: Character?
  /// The sum that reaches the top; nil for the greatest one shown.
  public var top: Double?

  /// A chart of moments whose parts look as `looks` says.
  public init(
    _ columns: [[Double]], looks: [(glyph: Character, style: Style)], lowerHalf: Character? = nil, top: Double? = nil
  ) {
    self.columns = columns
    self.looks = looks
    self.lowerHalf = lowerHalf
    self.top = top
  }

  /// The sum that reaches the top of a chart `width` columns wide.
  public func maximum(in width: Int) -> Double {
    top ?? columns.suffix(max(0, width)).map { $0.reduce(0, +) }.max() ?? 0
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    let (shown, most) = (columns.suffix(rect.width), maximum(in: rect.width))
    guard most > 0, rect.height > 0 else { return }
    let steps = lowerHalf == nil ? 1 : 2
    for (column, parts) in shown.enumerated() {
      let steps = stack(parts, most, steps: rect.height * steps)
      let x = rect.maxX - shown.count + column
      for row in 0..<rect.height {
        draw(steps, row, on: &canvas, at: Point(x: x, y: rect.maxY - 1 - row))
      }
    }
  }

  /// Which part each step of a column shows, from the bottom; those above the sum show none.
  private func stack(_ parts: [Double], _ most: Double, steps: Int) -> [Int] {
    var (sum, stacked) = (0.0, [Int]())
    for (index, part) in parts.enumerated() {
      sum += part
      let top = min(steps, Int((sum / most * Double(steps)).rounded()))
      if top > stacked.count { stacked += Array(repeating: index, count: top - stacked.count) }
    }
    return stacked
  }

  private func draw(_ steps: [Int], _ row: Int, on canvas: inout Canvas, at point: Point) {
    guard let lowerHalf else {
      if row < steps.count { canvas.draw(looks[steps[row]].glyph, at: point, style: looks[steps[row]].style) }
      return
    }
    guard row * 2 < steps.count else { return }
    let lower = looks[steps[row * 2]]
    guard row * 2 + 1 < steps.count else { return canvas.draw(lowerHalf, at: point, style: lower.style) }
    let upper = looks[steps[row * 2 + 1]]
    if steps[row * 2] == steps[row * 2 + 1] { return canvas.draw(lower.glyph, at: point, style: lower.style) }
    var style = lower.style
    style.background = upper.style.foreground
    canvas.draw(lowerHalf, at: point, style: style)
  }
}
