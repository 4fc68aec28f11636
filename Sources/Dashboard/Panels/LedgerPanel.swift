import Telemetry
import TerminalUI

/// Memory over time by its use: one column a moment, stacked. Free pages are left out, and of a kernel's memory all that is not in
/// slabs, beside which these would not be seen.
struct LedgerPanel: Widget {
  let history: LedgerHistory
  let theme: Theme
  let glyphs: GlyphSet

  private static let parts = ByteLedger.Part.allCases.enumerated().filter {
    $0.element != .freePages && $0.element != .otherUse
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let span = Figures.time(microseconds: Int(history.seconds(of: rect.width - 12) * 1e6))
    let isKernel = history.moments.last.map { $0.ledger[.otherUse] > 0 } ?? false
    let box = Box(
      title: "\(isKernel ? "slab memory" : "memory, but for free pages,") over the last \(span)",
      border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 3, let last = history.moments.last?.ledger else { return }
    // A low pane has room for the curve alone: what the colours mean stands at the top of the screen.
    let legendRows = inside.height < 8 ? 0 : drawLegend(last, on: &canvas, in: inside)
    let plot = Rect(
      x: inside.minX + 8, y: inside.minY + legendRows, width: max(0, inside.width - 8),
      height: max(0, inside.height - legendRows))
    guard plot.width > 4, plot.height > 1 else { return }
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let chart = StackedChart(
      history.moments.suffix(plot.width).map { moment in LedgerPanel.parts.map { Double(moment.ledger[$0.element]) } },
      looks: LedgerPanel.parts.map { (patterns.glyph(ofPart: $0.offset), theme.ledger[$0.offset]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    let most = Int(chart.maximum(in: plot.width))
    canvas.draw(Figures.bytes(most), at: Point(x: inside.minX, y: plot.minY), style: theme[.dim])
    canvas.draw("0", at: Point(x: inside.minX, y: plot.maxY - 1), style: theme[.dim])
    canvas.draw(chart, in: plot)
  }

  /// - Returns: the rows it took.
  private func drawLegend(_ ledger: ByteLedger, on canvas: inout Canvas, in rect: Rect) -> Int {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var (x, y) = (rect.minX, rect.minY)
    for (index, part) in LedgerPanel.parts where ledger[part] > 0 {
      let text = " \(part.title) \(Figures.bytes(ledger[part]))"
      if x + text.count + 3 > rect.maxX { (x, y) = (rect.minX, y + 1) }
      guard y < rect.maxY - 2 else { break }
      let spans = [Span(String(bar.glyph(ofPart: index)), theme.ledger[index]), Span(text, theme[.text])]
      x += canvas.draw(spans, at: Point(x: x, y: y)) + 3
    }
    return y - rect.minY + 1
  }
}
