import Foundation
import Telemetry
import TerminalUI

/// Comparison page: two policies on the same events, with their figures, slab memory over time, and the caches that differ most.
struct ComparisonPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of caches.
  static let columns = [
    DefinedColumn(.cacheName, width: 24, minimumWidth: 16, alignment: .leading, grows: true),
    DefinedColumn(.slabBytes, width: 9), DefinedColumn(.usePercent, width: 6),
    DefinedColumn(
      Table.Column("COMPARED MEM", width: 13, alignment: .trailing), "Slab memory under the compared policy."),
    DefinedColumn(
      Table.Column("COMPARED USE", width: 13, alignment: .trailing, hidingOrder: 1), "Use under the compared policy."),
    DefinedColumn(
      Table.Column("DIFFERENCE", width: 12, alignment: .trailing),
      "Slab memory under the compared policy minus that under the current policy."),
    DefinedColumn(.slabs, width: 8, hidingOrder: 2),
    DefinedColumn(
      Table.Column("COMPARED SLABS", width: 15, alignment: .trailing, hidingOrder: 2),
      "Slabs under the compared policy."),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let snapshot = state.snapshot else { return }
    guard let compared = state.comparedSnapshot, !state.isPast else {
      let text =
        state.isPast
        ? "The past of the compared policy is not recorded; n returns to now"
        : state.status.comparisonNotice ?? "No policy is compared; C compares with the next policy"
      return canvas.draw(
        text, in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let figures = ComparedFigures.all(snapshot, compared)
    let isWide = rect.width >= 100
    let top = min(figures.count + 3, max(4, rect.height * 3 / 5))
    let rows = rect.rows([.fixed(top), .share(1)])
    let columns = isWide ? rows[0].columns([.fixed(66), .share(1)]) : [rows[0]]
    drawFigures(figures, snapshot, compared, on: &canvas, in: columns[0])
    if isWide { drawChart(snapshot, compared, on: &canvas, in: columns[1]) }
    drawCaches(snapshot, compared, on: &canvas, in: rows[1])
  }

  // MARK: Figures

  private func drawFigures(
    _ figures: [ComparedFigures], _ snapshot: Snapshot, _ compared: Snapshot, on canvas: inout Canvas, in rect: Rect
  ) {
    let box = Box(
      title: "\(snapshot.policy) and \(compared.policy), same events", border: theme[.border],
      titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let heading = ComparisonPanel.line("", shortened(snapshot.policy), shortened(compared.policy), "")
    canvas.draw(heading, in: inside.row(0), alignment: .leading, style: theme[.header], ellipsis: glyphs.ellipsis)
    for (index, figure) in figures.prefix(max(0, inside.height - 1)).enumerated() {
      let style = figure.isBetter.map { theme[$0 ? .good : .warning] } ?? theme[.dim]
      let text = ComparisonPanel.line(figure.label, figure.current, figure.compared, "")
      let width = canvas.draw([Span(text, theme[.text])], at: inside.row(index + 1).origin, maxWidth: inside.width)
      let place = Point(x: inside.minX + width, y: inside.minY + index + 1)
      canvas.draw([Span(figure.difference, style)], at: place, maxWidth: max(0, inside.width - width))
    }
  }

  private func shortened(_ name: String) -> String { String(name.prefix(13)) }

  private static func line(_ label: String, _ current: String, _ compared: String, _ difference: String) -> String {
    func leading(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func trailing(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    return leading(label, 20) + trailing(current, 14) + trailing(compared, 14) + "  " + difference
  }

  // MARK: Memory over time

  private func drawChart(_ snapshot: Snapshot, _ compared: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let time = state.chartTime
    let box = Box(
      title: "Slab memory, \(time.title)", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let mark = KernelMark(theme: theme, glyphs: glyphs)
    let kernel = KernelComparison(snapshot).map { "kernel \(NumberFormat.unitBytes($0.kernelBytes)) " }
    let legend = [
      Span("\(glyphs.isASCII ? "*" : "■") \(snapshot.policy) ", theme[.sparkline]),
      Span("\(glyphs.isASCII ? "*" : "■") \(compared.policy) ", theme[.warning]),
      Span(kernel == nil ? "" : mark.text + " ", mark.style), Span(kernel ?? "", mark.style),
    ]
    canvas.draw(legend, at: inside.origin, maxWidth: inside.width)
    let rest = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: max(0, inside.height - 1))
    let frame = ChartFrame(time: time, theme: theme, glyphs: glyphs)
    // In ASCII two curves cannot share a row of cells, so that one is drawn below the other.
    let rects = glyphs.isASCII ? rest.rows([.share(1), .share(1)]) : [rest, rest]
    guard let plot = frame.plot(in: rects[0]), let comparedPlot = frame.plot(in: rects[1]) else { return }
    let columns = frame.samples(of: state.trends.memory, count: plot.width)
    let halfColumns = frame.samples(of: state.trends.memory, count: (glyphs.isASCII ? 1 : 2) * plot.width)
    let kernelBytes = columns.map { $0?.kernelBytes.map(Double.init) }
    let comparedBytes = halfColumns.map { $0?.comparedBytes.map(Double.init) }
    let bytes = halfColumns.map { $0.map { Double($0.slabBytes) } }
    let top = (bytes + comparedBytes + kernelBytes).compactMap { $0 }.max() ?? 0
    frame.draw(top: top, around: plot, on: &canvas, in: rects[0])
    if glyphs.isASCII { frame.draw(top: top, around: comparedPlot, on: &canvas, in: rects[1]) }
    canvas.draw(BrailleChart(comparedBytes, maximum: top, style: theme[.warning], glyphs: glyphs), in: comparedPlot)
    canvas.draw(BrailleChart(bytes, maximum: top, style: theme[.sparkline], glyphs: glyphs), in: plot)
    canvas.draw(mark.curve(kernelBytes, maximum: top), in: plot)
  }

  // MARK: Caches

  /// Draws slab memory by cache under both policies, the largest difference first.
  private func drawCaches(_ snapshot: Snapshot, _ comparedSnapshot: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let current = Dictionary(snapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let compared = Dictionary(comparedSnapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let query = try? CacheQuery(state.filter)
    let names = Set(current.keys).union(compared.keys).filter {
      guard let cache = current[$0] ?? compared[$0] else { return false }
      return (current[$0]?.slabBytes ?? 0) + (compared[$0]?.slabBytes ?? 0) > 0
        && query?.includes(cache, state.cacheRates) ?? true
    }
    let rows = names.map { name in (name, current[name], compared[name]) }.sorted {
      let differences = (ComparisonPanel.difference($0.1, $0.2), ComparisonPanel.difference($1.1, $1.2))
      return abs(differences.0) == abs(differences.1) ? $0.0 < $1.0 : abs(differences.0) > abs(differences.1)
    }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: ComparisonPanel.columns.map(\.column),
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let (name, current, compared) = rows[index]
      let difference = ComparisonPanel.difference(current, compared)
      let style = difference == 0 ? theme[.dim] : theme[difference > 0 ? .warning : .good]
      return [
        .text(name), .text(NumberFormat.bytes(current?.slabBytes ?? 0)), .text(ComparisonPanel.use(current)),
        .text(NumberFormat.bytes(compared?.slabBytes ?? 0)), .text(ComparisonPanel.use(compared)),
        .text((difference > 0 ? "+" : "") + NumberFormat.bytes(difference), style),
        .text(NumberFormat.count(current?.slabs ?? 0)), .text(NumberFormat.count(compared?.slabs ?? 0)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  private static func difference(_ current: CacheSnapshot?, _ compared: CacheSnapshot?) -> Int {
    (compared?.slabBytes ?? 0) - (current?.slabBytes ?? 0)
  }

  private static func use(_ cache: CacheSnapshot?) -> String {
    cache.map { NumberFormat.percent($0.activeObjects, of: $0.totalObjects) } ?? "-"
  }
}
