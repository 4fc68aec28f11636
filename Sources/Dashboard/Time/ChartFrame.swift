import TerminalUI

/// Axes of a chart of bytes over time: bytes at the left, time below.
struct ChartFrame {
  let time: ChartTime
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the labels of bytes, with the axis.
  private static let labelWidth = 10
  /// Smallest height with a label of the middle.
  private static let heightWithMiddle = 9
  /// Smallest height with a row for the time labels below the axis; in a lower chart they are in the axis.
  private static let heightWithTimeRow = 7
  /// Smallest width and height of the chart itself.
  private static let smallestPlot = Size(width: 12, height: 2)

  /// Returns the rectangle of the chart between the axes; nil if there is no room.
  func plot(in rect: Rect) -> Rect? {
    let rows = rect.height >= ChartFrame.heightWithTimeRow ? 2 : 1
    let plot = Rect(
      x: rect.minX + ChartFrame.labelWidth, y: rect.minY, width: max(0, rect.width - ChartFrame.labelWidth),
      height: max(0, rect.height - rows))
    guard plot.width >= ChartFrame.smallestPlot.width, plot.height >= ChartFrame.smallestPlot.height else { return nil }
    return plot
  }

  /// Returns the samples of a memory history for a chart of `count` values.
  func samples(of history: MemoryHistory, count: Int) -> [MemoryHistory.Sample?] {
    history.samples(in: TimeColumns(count, span: time.seconds, end: history.now))
  }

  /// Draws the axes around `plot`.
  /// - Parameters:
  ///   - base: Bytes at the lower edge of the chart.
  ///   - top: Bytes at the upper edge of the chart.
  func draw(base: Double = 0, top: Double, around plot: Rect, on canvas: inout Canvas, in rect: Rect) {
    let style = theme[.dim]
    let (axis, bottom) = (plot.minX - 1, plot.maxY)
    for y in plot.minY..<bottom { canvas.draw(glyphs.vertical, at: Point(x: axis, y: y), style: style) }
    canvas.draw(glyphs.bottomLeft, at: Point(x: axis, y: bottom), style: style)
    func label(_ bytes: Double, at y: Int) {
      let text = NumberFormat.bytes(Int(bytes))
      canvas.draw(text, at: Point(x: axis - text.count, y: y), style: style)
      if y < bottom { canvas.draw(glyphs.tickLeft, at: Point(x: axis, y: y), style: style) }
    }
    label(base, at: bottom)
    if top > base { label(top, at: plot.minY) }
    if top > base, plot.height >= ChartFrame.heightWithMiddle {
      let row = plot.height / 2
      label(base + (top - base) * Double(plot.height - row) / Double(plot.height), at: plot.minY + row)
    }
    let axisRect = Rect(x: plot.minX, y: bottom, width: plot.width, height: rect.maxY - bottom)
    canvas.draw(TimeAxis(span: time.seconds, end: time.endLabel, style: style, glyphs: glyphs), in: axisRect)
  }
}
