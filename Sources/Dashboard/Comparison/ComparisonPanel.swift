import Foundation
import Telemetry
import TerminalUI

/// Two policies side by side, in step on the same events: figures, memory over time, and the caches that differ most.
struct ComparisonPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let snapshot = state.snapshot else { return }
    guard let other = state.other, !state.isPast else {
      let text =
        state.isPast
        ? "the other policy's past is not kept; n returns to now"
        : state.status.otherNotice ?? "no other policy is carried along; C chooses one"
      return canvas.draw(
        text, in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let figures = ComparedFigures.all(snapshot, other)
    let isWide = rect.width >= 100
    let top = min(figures.count + 3, max(4, rect.height * 3 / 5))
    let rows = rect.rows([.fixed(top), .share(1)])
    let columns = isWide ? rows[0].columns([.fixed(66), .share(1)]) : [rows[0]]
    drawFigures(figures, snapshot, other, on: &canvas, in: columns[0])
    if isWide { drawChart(snapshot, other, on: &canvas, in: columns[1]) }
    drawCaches(snapshot, other, on: &canvas, in: rows[1])
  }

  // MARK: Figures

  private func drawFigures(
    _ figures: [ComparedFigures], _ snapshot: Snapshot, _ other: Snapshot, on canvas: inout Canvas, in rect: Rect
  ) {
    let box = Box(
      title: "\(snapshot.policy) and \(other.policy), same events", border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let heading = ComparisonPanel.columns("", shortened(snapshot.policy), shortened(other.policy), "")
    canvas.draw(heading, in: inside.row(0), alignment: .leading, style: theme[.header], ellipsis: glyphs.ellipsis)
    for (index, figure) in figures.prefix(max(0, inside.height - 1)).enumerated() {
      let style = figure.isBetter.map { theme[$0 ? .good : .warning] } ?? theme[.dim]
      let text = ComparisonPanel.columns(figure.label, figure.here, figure.there, "")
      let width = canvas.draw([Span(text, theme[.text])], at: inside.row(index + 1).origin, maxWidth: inside.width)
      let place = Point(x: inside.minX + width, y: inside.minY + index + 1)
      canvas.draw([Span(figure.difference, style)], at: place, maxWidth: max(0, inside.width - width))
    }
  }

  private func shortened(_ name: String) -> String { String(name.prefix(13)) }

  private static func columns(_ label: String, _ here: String, _ there: String, _ difference: String) -> String {
    func leading(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func trailing(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    return leading(label, 20) + trailing(here, 14) + trailing(there, 14) + "  " + difference
  }

  // MARK: Memory over time

  private func drawChart(_ snapshot: Snapshot, _ other: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let box = Box(title: "held over time", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let history = state.trails.held
    let kernelHeld = history.kernelHeld.suffix(2 * inside.width)
    let top = max(
      history.held.suffix(2 * inside.width).max() ?? 0, history.otherHeld.suffix(2 * inside.width).max() ?? 0,
      kernelHeld.compactMap { $0 }.max() ?? 0)
    let mark = KernelMark(theme: theme, glyphs: glyphs)
    let kernel = KernelComparison(snapshot).map { "kernel \(Figures.bytes($0.kernelBytes)) " }
    let legend = [
      Span("\(glyphs.isASCII ? "*" : "■") \(snapshot.policy) ", theme[.sparkline]),
      Span("\(glyphs.isASCII ? "*" : "■") \(other.policy) ", theme[.warning]),
      Span(kernel == nil ? "" : mark.text + " ", mark.style), Span(kernel ?? "", mark.style),
      Span(" top \(Figures.bytes(Int(top)))", theme[.dim]),
    ]
    canvas.draw(legend, at: inside.origin, maxWidth: inside.width)
    let plot = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: max(0, inside.height - 1))
    // ASCII has room for one curve a line: the one below the other.
    let halves = glyphs.isASCII ? plot.rows([.share(1), .share(1)]) : [plot, plot]
    canvas.draw(BrailleChart(history.otherHeld, maximum: top, style: theme[.warning], glyphs: glyphs), in: halves[1])
    canvas.draw(BrailleChart(history.held, maximum: top, style: theme[.sparkline], glyphs: glyphs), in: halves[0])
    // The other curves have two figures a column.
    let perColumn = glyphs.isASCII ? 1 : 2
    let curve = stride(from: kernelHeld.endIndex - 1, through: kernelHeld.startIndex, by: -perColumn).map {
      kernelHeld[$0]
    }
    canvas.draw(mark.curve(curve.reversed(), maximum: top), in: halves[0])
  }

  // MARK: Caches

  /// Held bytes by cache, the largest difference first.
  private func drawCaches(_ snapshot: Snapshot, _ other: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let here = Dictionary(snapshot.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let there = Dictionary(other.caches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let query = try? CacheQuery(state.filter)
    let names = Set(here.keys).union(there.keys).filter {
      guard let cache = here[$0] ?? there[$0] else { return false }
      return (here[$0]?.slabBytes ?? 0) + (there[$0]?.slabBytes ?? 0) > 0
        && query?.includes(cache, state.times) ?? true
    }
    let rows = names.map { name in (name, here[name], there[name]) }.sorted {
      let differences = (ComparisonPanel.difference($0.1, $0.2), ComparisonPanel.difference($1.1, $1.2))
      return abs(differences.0) == abs(differences.1) ? $0.0 < $1.0 : abs(differences.0) > abs(differences.1)
    }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("CACHE", width: 24, minimumWidth: 16, grows: true),
        Table.Column("HELD", width: 8, alignment: .trailing), Table.Column("USE", width: 6, alignment: .trailing),
        Table.Column("OTHER HELD", width: 11, alignment: .trailing),
        Table.Column("OTHER USE", width: 10, alignment: .trailing, hidingOrder: 1),
        Table.Column("DIFFERENCE", width: 12, alignment: .trailing),
        Table.Column("SLABS", width: 8, alignment: .trailing, hidingOrder: 2),
        Table.Column("OTHER SLABS", width: 12, alignment: .trailing, hidingOrder: 2),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let (name, here, there) = rows[index]
      let difference = ComparisonPanel.difference(here, there)
      let style = difference == 0 ? theme[.dim] : theme[difference > 0 ? .warning : .good]
      return [
        .text(name), .text(Figures.bytes(here?.slabBytes ?? 0)), .text(ComparisonPanel.use(here)),
        .text(Figures.bytes(there?.slabBytes ?? 0)), .text(ComparisonPanel.use(there)),
        .text((difference > 0 ? "+" : "") + Figures.bytes(difference), style), .text(Figures.count(here?.slabs ?? 0)),
        .text(Figures.count(there?.slabs ?? 0)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  private static func difference(_ here: CacheSnapshot?, _ there: CacheSnapshot?) -> Int {
    (there?.slabBytes ?? 0) - (here?.slabBytes ?? 0)
  }

  private static func use(_ cache: CacheSnapshot?) -> String {
    cache.map { Figures.percent($0.activeObjects, of: $0.totalObjects) } ?? "-"
  }
}
