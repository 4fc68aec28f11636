import Telemetry
import TerminalUI

/// Memory over time by use, one stacked column per sample, without free pages; of a kernel, without memory outside slabs too, beside
/// which slabs would not be visible. With a recording, a curve marks the height that the columns would have with the slabs of the
/// recorded kernel.
struct LedgerPanel: Widget {
  let history: LedgerHistory
  /// Slab memory of the recorded kernel and of the replay; nil if it is not known.
  var kernel: KernelComparison?
  /// Reason why the recorded kernel's slab memory is not known; nil if it is, or no recording is replayed.
  var kernelNotice: String?
  /// Bytes of payload that include an unknown amount of rounding.
  var unknownUseBytes = 0
  let theme: Theme
  let glyphs: GlyphSet

  /// Label of the recorded kernel's curve, for the help screen.
  static let kernelLabel = DefinedLabel(
    "kernel", "Curve: the slab memory of the recorded kernel in the replayed caches, in place of that of the replay.")

  private static let parts = ByteLedger.Part.allCases.enumerated().filter {
    $0.element != .freePages && $0.element != .otherUse
  }

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    history = state.trends.ledgers
    kernel = state.snapshot.flatMap { KernelComparison($0) }
    kernelNotice = state.status.kernelNotice
    unknownUseBytes = state.snapshot?.unknownUseBytes ?? 0
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let span = NumberFormat.time(microseconds: Int(history.seconds(of: rect.width - 12) * 1e6))
    let unknown =
      unknownUseBytes == 0 ? "" : "; skb data \(NumberFormat.bytes(unknownUseBytes)) with unknown rounding"
    let isKernel = history.samples.last.map { $0.ledger[.otherUse] > 0 } ?? false
    let box = Box(
      title: "\(isKernel ? "Slab memory" : "Memory in use") over the last \(span)" + unknown,
      border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 3, let last = history.samples.last?.ledger else { return }
    // A pane with few lines has no room for the legend, which the header shows too.
    var top = inside.height < 8 ? 0 : drawLegend(last, on: &canvas, in: inside)
    top += drawKernel(isLow: inside.height < 8, on: &canvas, in: inside, row: top)
    let plot = Rect(
      x: inside.minX + 8, y: inside.minY + top, width: max(0, inside.width - 8), height: max(0, inside.height - top))
    guard plot.width > 4, plot.height > 1 else { return }
    drawChart(on: &canvas, in: plot, labels: inside.minX)
  }

  private func drawChart(on canvas: inout Canvas, in plot: Rect, labels: Int) {
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let samples = history.samples.suffix(plot.width)
    var chart = StackedChart(
      samples.map { sample in LedgerPanel.parts.map { Double(sample.ledger[$0.element]) } },
      partStyles: LedgerPanel.parts.map { (patterns.glyph(ofPart: $0.offset), theme.ledger[$0.offset]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    let curve = samples.map { $0.kernelBytes.map(Double.init) }
    let most = max(chart.maximum(in: plot.width), curve.compactMap { $0 }.max() ?? 0)
    chart.top = most
    canvas.draw(NumberFormat.bytes(Int(most)), at: Point(x: labels, y: plot.minY), style: theme[.dim])
    canvas.draw("0", at: Point(x: labels, y: plot.maxY - 1), style: theme[.dim])
    canvas.draw(chart, in: plot)
    canvas.draw(KernelMark(theme: theme, glyphs: glyphs).curve(curve, maximum: most), in: plot)
  }

  /// Draws the slab memory of the recorded kernel and of the replay, or the reason why it is not known.
  /// - Returns: Number of rows used.
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
    let texts = [", both since the start on an empty machine", ", from empty"]
    if kernel.isCold, let text = texts.first(where: { used + $0.count <= rect.width }) {
      canvas.draw(text, at: Point(x: rect.minX + used, y: rect.minY + row), style: theme[.dim])
    }
    return 1
  }

  /// Draws the glyph, name and bytes of each part of the ledger.
  /// - Returns: Number of rows used.
  private func drawLegend(_ ledger: ByteLedger, on canvas: inout Canvas, in rect: Rect) -> Int {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var (x, y) = (rect.minX, rect.minY)
    for (index, part) in LedgerPanel.parts where ledger[part] > 0 {
      let text = " \(part.title) \(NumberFormat.bytes(ledger[part]))"
      if x + text.count + 3 > rect.maxX { (x, y) = (rect.minX, y + 1) }
      guard y < rect.maxY - 2 else { break }
      let spans = [Span(String(bar.glyph(ofPart: index)), theme.ledger[index]), Span(text, theme[.text])]
      x += canvas.draw(spans, at: Point(x: x, y: y)) + 3
    }
    return y - rect.minY + 1
  }
}
