import Telemetry
import TerminalUI

/// Where machine memory was over time: one column a moment, stacked, free pages left out.
struct LedgerPanel: Widget {
  let history: LedgerHistory
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "memory over time, but for free pages", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 3, let last = history.ledgers.last else { return }
    let parts = Array(ByteLedger.Part.allCases.enumerated().filter { $0.element != .freePages })
    let legendRows = drawLegend(last, parts, on: &canvas, in: inside)
    let plot = Rect(
      x: inside.minX + 8, y: inside.minY + legendRows, width: max(0, inside.width - 8),
      height: max(0, inside.height - legendRows))
    guard plot.width > 4, plot.height > 1 else { return }
    let shown = history.ledgers.suffix(plot.width)
    let most = shown.map { ledger in parts.reduce(0) { $0 + ledger[$1.element] } }.max() ?? 0
    canvas.draw(Figures.bytes(most), at: Point(x: inside.minX, y: plot.minY), style: theme[.dim])
    canvas.draw("0", at: Point(x: inside.minX, y: plot.maxY - 1), style: theme[.dim])
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    for (column, ledger) in shown.enumerated() {
      var sum = 0
      var row = 0
      for (index, part) in parts {
        sum += ledger[part]
        let top = most == 0 ? 0 : Int((Double(sum) / Double(most) * Double(plot.height)).rounded())
        while row < min(top, plot.height) {
          let place = Point(x: plot.maxX - shown.count + column, y: plot.maxY - 1 - row)
          canvas.draw(String(patterns.glyph(ofPart: index)), at: place, style: theme.ledger[index])
          row += 1
        }
      }
    }
  }

  /// - Returns: the rows it took.
  private func drawLegend(
    _ ledger: ByteLedger, _ parts: [(offset: Int, element: ByteLedger.Part)], on canvas: inout Canvas, in rect: Rect
  ) -> Int {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var (x, y) = (rect.minX, rect.minY)
    for (index, part) in parts {
      let text = " \(part.title) \(Figures.bytes(ledger[part]))"
      if x + text.count + 3 > rect.maxX { (x, y) = (rect.minX, y + 1) }
      guard y < rect.maxY - 2 else { break }
      let spans = [Span(String(bar.glyph(ofPart: index)), theme.ledger[index]), Span(text, theme[.text])]
      x += canvas.draw(spans, at: Point(x: x, y: y)) + 3
    }
    return y - rect.minY + 1
  }
}
