import Telemetry
import TerminalUI

/// Memory over time by its use: one column a moment, stacked. Free pages are left out, and of a kernel's memory all that is not in
/// slabs, beside which these would not be seen. Over the columns of a recording lies a curve: where they would end if the slabs
/// were those of the kernel that was recorded.
struct LedgerPanel: Widget {
  let history: LedgerHistory
  /// The recorded kernel's slabs beside the replay's; nil if they are not known.
  var kernel: KernelComparison?
  /// Why they are not known, in one sentence; nil if there is nothing to say.
  var kernelNotice: String?
  /// Bytes of the payload of which an unknown part is rounding.
  var hiddenBytes = 0
  let theme: Theme
  let glyphs: GlyphSet

  private static let parts = ByteLedger.Part.allCases.enumerated().filter {
    $0.element != .freePages && $0.element != .otherUse
  }

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    history = state.trails.ledgers
    kernel = state.snapshot.flatMap { KernelComparison($0) }
    kernelNotice = state.status.kernelNotice
    hiddenBytes = state.snapshot?.unknownUseBytes ?? 0
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let span = Figures.time(microseconds: Int(history.seconds(of: rect.width - 12) * 1e6))
    let hidden = hiddenBytes == 0 ? "" : "; skb data \(Figures.bytes(hiddenBytes)), rounding unknown"
    let isKernel = history.moments.last.map { $0.ledger[.otherUse] > 0 } ?? false
    let box = Box(
      title: "\(isKernel ? "slab memory" : "memory, but for free pages,") over the last \(span)" + hidden,
      border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 3, let last = history.moments.last?.ledger else { return }
    // A low pane has room for the curve alone: what the colours mean stands at the top of the screen.
    var top = inside.height < 8 ? 0 : drawLegend(last, on: &canvas, in: inside)
    top += drawKernel(isLow: inside.height < 8, on: &canvas, in: inside, row: top)
    let plot = Rect(
      x: inside.minX + 8, y: inside.minY + top, width: max(0, inside.width - 8), height: max(0, inside.height - top))
    guard plot.width > 4, plot.height > 1 else { return }
    drawChart(on: &canvas, in: plot, labels: inside.minX)
  }

  private func drawChart(on canvas: inout Canvas, in plot: Rect, labels: Int) {
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let moments = history.moments.suffix(plot.width)
    var chart = StackedChart(
      moments.map { moment in LedgerPanel.parts.map { Double(moment.ledger[$0.element]) } },
      partStyles: LedgerPanel.parts.map { (patterns.glyph(ofPart: $0.offset), theme.ledger[$0.offset]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    let curve = moments.map { $0.kernelBytes.map(Double.init) }
    let most = max(chart.maximum(in: plot.width), curve.compactMap { $0 }.max() ?? 0)
    chart.top = most
    canvas.draw(Figures.bytes(Int(most)), at: Point(x: labels, y: plot.minY), style: theme[.dim])
    canvas.draw("0", at: Point(x: labels, y: plot.maxY - 1), style: theme[.dim])
    canvas.draw(chart, in: plot)
    canvas.draw(KernelMark(theme: theme, glyphs: glyphs).curve(curve, maximum: most), in: plot)
  }

  /// The recorded kernel's figure beside the replay's, or why it is not known.
  /// - Returns: the rows it took.
  private func drawKernel(isLow: Bool, on canvas: inout Canvas, in rect: Rect, row: Int) -> Int {
    guard let kernel else {
      guard let kernelNotice, !isLow else { return 0 }
      canvas.draw(
        kernelNotice, in: rect.row(row), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
      return 1
    }
    let mark = KernelMark(theme: theme, glyphs: glyphs)
    let used = canvas.draw(
      [Span(mark.text + " ", mark.style), Span(kernel.text, theme[.text])], at: rect.row(row).origin,
      maxWidth: rect.width)
    let words = [", both since the start on an empty machine", ", from empty"]
    if kernel.isCold, let cold = words.first(where: { used + $0.count <= rect.width }) {
      canvas.draw(cold, at: Point(x: rect.minX + used, y: rect.minY + row), style: theme[.dim])
    }
    return 1
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
