import Telemetry
import TerminalUI

/// Slab memory over time by use, one stacked column per interval, on the full height of the chart. Memory outside slabs, beside which
/// the slabs would not be visible, is a figure. With a recording, a curve marks the height that the columns would have with the slabs
/// of the recorded kernel.
struct LedgerPanel: Widget {
  let history: MemoryHistory
  let time: ChartTime
  /// Ledger of the snapshot in view; nil before the first snapshot, or if the source does not know it.
  var ledger: ByteLedger?
  /// Slab memory of the recorded kernel and of the replay; nil if it is not known.
  var kernel: KernelComparison?
  /// Reason why the recorded kernel's slab memory is not known; nil if it is, or no recording is replayed.
  var kernelNotice: String?
  /// Bytes of payload that include an unknown amount of rounding.
  var unknownUseBytes = 0
  let theme: Theme
  let glyphs: GlyphSet

  /// Labels of the panel besides the parts of the ledger, for the help screen.
  static let labels =
    [
      DefinedLabel(
        "outside slabs", "Bytes of machine memory that are not in slabs; the chart does not show them."),
      DefinedLabel(
        "kernel",
        "Curve: the slab memory of the recorded kernel in the replayed caches, in place of that of the replay."),
    ] + ChartTime.labels

  private static let parts = ByteLedger.Part.allCases.enumerated().filter { $0.element.isSlabMemory }

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    (history, time) = (state.trends.memory, state.chartTime)
    ledger = state.snapshot.flatMap { $0.knows(.ledger) ? $0.ledger : nil }
    kernel = state.snapshot.flatMap { KernelComparison($0) }
    kernelNotice = state.status.kernelNotice
    unknownUseBytes = state.snapshot?.unknownUseBytes ?? 0
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let unknown =
      unknownUseBytes == 0 ? "" : "; skb data \(NumberFormat.bytes(unknownUseBytes)) with unknown rounding"
    let box = Box(
      title: "Slab memory by use, \(time.title)" + unknown, border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard inside.height >= 3 else { return }
    guard let ledger else {
      canvas.draw(
        "The source does not tell how slab memory is used", in: inside.row(inside.height / 2), alignment: .center,
        style: theme[.dim], ellipsis: glyphs.ellipsis)
      return
    }
    // A pane with few lines has no room for the legend, which the header shows too.
    let isLow = inside.height < 8
    var top = isLow ? 0 : drawLegend(ledger, on: &canvas, in: inside)
    top += drawKernel(isLow: isLow, on: &canvas, in: inside, row: top)
    let rest = Rect(x: inside.minX, y: inside.minY + top, width: inside.width, height: max(0, inside.height - top))
    drawChart(on: &canvas, in: rest)
  }

  private func drawChart(on canvas: inout Canvas, in rect: Rect) {
    let frame = ChartFrame(time: time, theme: theme, glyphs: glyphs)
    guard let plot = frame.plot(in: rect) else { return }
    let samples = frame.samples(of: history, count: plot.width)
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var chart = StackedChart(
      samples.map { sample in
        sample.map { sample in LedgerPanel.parts.map { Double(sample.ledger[$0.element]) } } ?? []
      },
      partStyles: LedgerPanel.parts.map { (patterns.glyph(ofPart: $0.offset), theme.ledger[$0.offset]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    let curve = samples.map { $0?.kernelBytes.map(Double.init) }
    let most = max(chart.maximum(in: plot.width), curve.compactMap { $0 }.max() ?? 0)
    chart.top = most
    frame.draw(top: most, around: plot, on: &canvas, in: rect)
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

  /// Draws the glyph, name and bytes of each part of slab memory, and the memory outside slabs.
  /// - Returns: Number of rows used.
  private func drawLegend(_ ledger: ByteLedger, on canvas: inout Canvas, in rect: Rect) -> Int {
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    var entries = LedgerPanel.parts.filter { ledger[$0.element] > 0 }.map { index, part in
      [
        Span(String(bar.glyph(ofPart: index)), theme.ledger[index]),
        Span(" \(part.title) \(NumberFormat.bytes(ledger[part]))", theme[.text]),
      ]
    }
    if ledger.isKnown(.freePages) { entries.append([Span(outsideText(ledger, width: rect.width), theme[.dim])]) }
    var (x, y) = (rect.minX, rect.minY)
    for spans in entries {
      let width = spans.reduce(0) { $0 + $1.text.count }
      if x > rect.minX, x + width > rect.maxX { (x, y) = (rect.minX, y + 1) }
      guard y < rect.maxY - 2 else { break }
      x += canvas.draw(spans, at: Point(x: x, y: y), maxWidth: rect.maxX - x) + 3
    }
    return y - rect.minY + 1
  }

  /// Returns the memory outside slabs as one figure, with its parts if they fit into `width` columns.
  private func outsideText(_ ledger: ByteLedger, width: Int) -> String {
    let all = "outside slabs \(NumberFormat.bytes(ledger.sum - ledger.slabBytes))"
    let parts = ByteLedger.Part.allCases.filter { !$0.isSlabMemory && ledger[$0] > 0 }
      .map { "\($0.title) \(NumberFormat.bytes(ledger[$0]))" }
    let detailed = parts.count == 1 ? "outside slabs: \(parts[0])" : "\(all): \(parts.joined(separator: ", "))"
    return detailed.count <= width ? detailed : all
  }
}
