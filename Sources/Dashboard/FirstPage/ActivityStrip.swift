import Telemetry
import TerminalUI

/// Counts of the allocator's activity, with their changes per second: shared slabs, slabs by page order, order fallbacks, refusals,
/// objects moved and pages returned. Figures that the source does not know are left out.
struct ActivityStrip: Widget {
  let history: ActivityHistory
  let theme: Theme
  let glyphs: GlyphSet

  /// Labels of the strip with their definitions, for the help screen.
  static let labels = [
    DefinedLabel(
      "slabs",
      "Slabs of all caches. An arrow marks each figure that rose or fell within the last two seconds, with the change per "
        + "second."),
    DefinedLabel("shared", "Slabs that two or more caches share."),
    DefinedLabel("by page order", "Slabs of each page order: order 0 is one page, each further order twice as many."),
    DefinedLabel("fallbacks", Figure.orderFallbacks.definition),
    DefinedLabel("refused", Figure.refusalsByOrder.definition),
    DefinedLabel("moved", Figure.objectsMoved.definition),
    DefinedLabel("returned", Figure.pagesReturnedByShuffler.definition),
  ]

  /// Smallest height of a screen with the strip.
  private static let smallestScreen = 20
  /// Width of a cell from which on the long labels fit.
  private static let wideCell = 29
  /// Largest width of a cell.
  private static let widestCell = 36

  /// Returns the rows of the strip on a screen of a height.
  /// - Parameter countsOperations: Whether the source counts operations; if not, only slabs are known.
  static func height(onScreenOf height: Int, countsOperations: Bool) -> Int {
    height < smallestScreen ? 0 : countsOperations ? 2 : 1
  }

  /// Count with its rate.
  private struct Item: Sendable {
    let labels: (short: String, long: String)
    let total: @Sendable (Activity) -> Int?
    let role: Theme.Role
  }

  private static let slabItems = [
    Item(labels: ("slabs", "slabs"), total: \.slabs, role: .accent),
    Item(labels: ("shared", "shared slabs"), total: \.sharedSlabs, role: .accent),
  ]
  private static let eventItems = [
    Item(labels: ("fallbacks", "order fallbacks"), total: \.fallbacks, role: .warning),
    Item(labels: ("refused", "orders refused"), total: \.refusals, role: .warning),
    Item(labels: ("moved", "objects moved"), total: \.objectsMoved, role: .good),
    Item(labels: ("returned", "pages returned"), total: \.pagesReturned, role: .good),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height > 0, let activity = history.latest else { return }
    let cell = min(ActivityStrip.widestCell, (rect.width - 1) / 4)
    let x = draw(ActivityStrip.slabItems, cell: cell, on: &canvas, in: rect.row(0))
    drawOrders(activity, isWide: cell >= ActivityStrip.wideCell, on: &canvas, in: rect.row(0), from: x)
    guard rect.height > 1 else { return }
    _ = draw(ActivityStrip.eventItems, cell: cell, on: &canvas, in: rect.row(1))
  }

  /// Draws the items whose totals are known, each in a cell.
  /// - Returns: The column behind the last cell.
  private func draw(_ items: [Item], cell: Int, on canvas: inout Canvas, in row: Rect) -> Int {
    var x = row.minX + 1
    for item in items {
      guard let total = history.latest.flatMap(item.total) else { continue }
      let rate = history.rate(item.total) ?? 0
      let label = cell >= ActivityStrip.wideCell ? item.labels.long : item.labels.short
      let count = NumberFormat.count(total)
      let used = label.count + count.count + 3
      let isRising = rate > 0
      var spans = [
        Span(label + " ", theme[.dim]),
        Span(count, isRising ? theme[item.role].adding(.bold) : theme[total == 0 ? .dim : .text]),
      ]
      if let change = change(rate, room: cell - used) {
        spans.append(Span(" " + change, isRising ? theme[item.role].adding(.bold) : theme[.dim]))
      }
      canvas.draw(spans, at: Point(x: x, y: row.minY), maxWidth: max(0, row.maxX - x))
      x += cell
    }
    return x
  }

  /// Returns a mark of the direction and the change per second, without the number if there is no room; nil if nothing changes.
  private func change(_ rate: Double, room: Int) -> String? {
    guard rate != 0 else { return nil }
    let mark = String(rate > 0 ? glyphs.ascending : glyphs.descending)
    // A slow change is not rounded to 0.
    let number = abs(rate) < 0.95 ? "<1" : NumberFormat.rate(abs(rate))
    return ["\(mark)\(number)/s", "\(mark)\(number)"].first { $0.count <= room } ?? mark
  }

  /// Draws the number of slabs of each page order in use, behind the order in its colour.
  private func drawOrders(
    _ activity: Activity, isWide: Bool, on canvas: inout Canvas, in row: Rect, from start: Int
  ) {
    guard !activity.slabsByOrder.isEmpty else { return }
    let used = canvas.draw(
      isWide ? "by page order " : "order ", at: Point(x: start, y: row.minY), style: theme[.dim])
    // Without room for the arrows, only the counts are drawn.
    let lines = [(isWide ? "  " : " ", true), (" ", false)].map { orderSpans(activity, gap: $0, hasMarks: $1) }
    let room = max(0, row.maxX - start - used)
    let fitting = lines.first { $0.reduce(0) { $0 + $1.text.displayWidth } <= room } ?? lines[1]
    canvas.draw(fitting, at: Point(x: start + used, y: row.minY), maxWidth: room)
  }

  private func orderSpans(_ activity: Activity, gap: String, hasMarks: Bool) -> [Span] {
    let legend = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let orders = activity.slabsByOrder.indices.filter { activity.slabsByOrder[$0] > 0 }
    return orders.flatMap { order in
      let rate = history.rate { $0.slabsByOrder.isEmpty ? nil : $0.slabsByOrder[order] } ?? 0
      let mark = rate == 0 ? " " : String(rate > 0 ? glyphs.ascending : glyphs.descending)
      return [
        Span("\(legend.glyph(ofPart: order))\(order) ", theme.orders[order]),
        Span(NumberFormat.count(activity.slabsByOrder[order]), theme[.text]),
        Span(
          (hasMarks ? mark : "") + (order == orders.last ? "" : gap), theme[rate > 0 ? .accent : .dim]),
      ]
    }
  }
}
