/// Stacked column chart of a time series: one column per sample, newest sample at the right.
package struct StackedChart: Widget {
  /// Values of the parts of each sample, oldest sample first. The chart shows the last samples that fit.
  package var samples: [[Double]]
  /// Glyph and style of each part, from bottom to top.
  package var partStyles: [(glyph: Character, style: Style)]
  /// Glyph that fills the lower half of a cell, so that one cell can show two parts in different colours; nil if parts
  /// differ in their glyphs.
  package var lowerHalf: Character?
  /// Sum at the top of the chart; nil for the largest sum of a visible sample.
  package var top: Double?

  /// Creates a chart of samples, with the glyph and style of each part in `partStyles`.
  package init(
    _ samples: [[Double]], partStyles: [(glyph: Character, style: Style)], lowerHalf: Character? = nil,
    top: Double? = nil
  ) {
    self.samples = samples
    self.partStyles = partStyles
    self.lowerHalf = lowerHalf
    self.top = top
  }

  /// Returns the value at the top of a chart of `width` columns.
  package func maximum(in width: Int) -> Double {
    top ?? samples.suffix(max(0, width)).map { $0.reduce(0, +) }.max() ?? 0
  }

  /// Draws the chart into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let (shown, maximum) = (samples.suffix(rect.width), maximum(in: rect.width))
    guard maximum > 0, rect.height > 0 else { return }
    let stepsPerCell = lowerHalf == nil ? 1 : 2
    for (column, parts) in shown.enumerated() {
      let steps = stack(parts, maximum, stepCount: rect.height * stepsPerCell)
      let x = rect.maxX - shown.count + column
      for row in 0..<rect.height {
        draw(steps, row, on: &canvas, at: Point(x: x, y: rect.maxY - 1 - row))
      }
    }
  }

  /// Returns the index of the part at each step of a column, from bottom to top, up to the sum of the parts. A step is
  /// a cell, or half a cell if ``lowerHalf`` is set.
  private func stack(_ parts: [Double], _ maximum: Double, stepCount: Int) -> [Int] {
    var (sum, stacked) = (0.0, [Int]())
    for (index, part) in parts.enumerated() {
      sum += part
      let top = min(stepCount, Int((sum / maximum * Double(stepCount)).rounded()))
      if top > stacked.count { stacked += Array(repeating: index, count: top - stacked.count) }
    }
    return stacked
  }

  /// Draws the cell in `row`, counted from the bottom, of a column whose steps show the parts `steps`.
  private func draw(_ steps: [Int], _ row: Int, on canvas: inout Canvas, at point: Point) {
    guard let lowerHalf else {
      if row < steps.count { canvas.draw(partStyles[steps[row]].glyph, at: point, style: partStyles[steps[row]].style) }
      return
    }
    guard row * 2 < steps.count else { return }
    let lower = partStyles[steps[row * 2]]
    guard row * 2 + 1 < steps.count else { return canvas.draw(lowerHalf, at: point, style: lower.style) }
    let upper = partStyles[steps[row * 2 + 1]]
    if steps[row * 2] == steps[row * 2 + 1] { return canvas.draw(lower.glyph, at: point, style: lower.style) }
    var style = lower.style
    style.background = upper.style.foreground
    canvas.draw(lowerHalf, at: point, style: style)
  }
}
