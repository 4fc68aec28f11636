import Foundation
import Telemetry
import TerminalUI

/// Page of page orders: the free blocks of the page allocator and the slabs of each order, the orders of each pool, and free
/// memory over time.
struct PagesPanel: Widget {
  let snapshot: Snapshot?
  let history: MemoryHistory
  let time: ChartTime
  let theme: Theme
  let glyphs: GlyphSet

  /// Rows of the table of orders that are neither an order nor the border: heading and summary.
  private static let headingRows = 2
  private static let fewestPoolRows = 5
  private static let fewestHistoryRows = 8

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let snapshot else { return }
    let all = OrderRow.all(of: snapshot)
    let height = all.count + PagesPanel.headingRows + 2
    if rect.height >= height + PagesPanel.fewestPoolRows + 2 {
      let hasHistory = rect.height >= height + PagesPanel.fewestPoolRows + 2 + PagesPanel.fewestHistoryRows
      let rows = rect.rows([.fixed(height), .share(1)] + (hasHistory ? [.share(1)] : []))
      drawOrders(all, snapshot, on: &canvas, in: rows[0])
      canvas.draw(PoolOrdersPanel(snapshot: snapshot, theme: theme, glyphs: glyphs), in: rows[1])
      if hasHistory { drawHistory(on: &canvas, in: rows[2]) }
      return
    }
    let short = OrderRow.combiningUnused(all)
    let shortHeight = short.count + PagesPanel.headingRows + 2
    guard rect.height >= shortHeight + PagesPanel.fewestPoolRows else {
      return drawOrders(rect.height >= height ? all : short, snapshot, on: &canvas, in: rect)
    }
    let rows = rect.rows([.fixed(shortHeight), .share(1)])
    drawOrders(short, snapshot, on: &canvas, in: rows[0])
    canvas.draw(PoolOrdersPanel(snapshot: snapshot, theme: theme, glyphs: glyphs), in: rows[1])
  }

  /// Figures of one order, or of several high orders together that no slab uses.
  private struct OrderRow {
    var orders: ClosedRange<Int>
    var freeBlocks: Int
    var freePages: Int
    var slabs: Int
    /// Pages of the slabs.
    var slabPages: Int
    /// Slabs of this order in place of a higher one; nil if not counted.
    var fallbacks: Int?
    /// Requests that the page allocator refused; nil if not counted.
    var refusals: Int?

    static func all(of snapshot: Snapshot) -> [OrderRow] {
      func sum(_ counts: (CacheSnapshot) -> [Int]?, _ order: Int) -> Int? {
        snapshot.caches.reduce(nil) { sum, cache in
          guard let counts = counts(cache), order < counts.count else { return sum }
          return (sum ?? 0) + counts[order]
        }
      }
      return snapshot.pageBlocksFreeByOrder.enumerated().map { order, blocks in
        let slabs = sum({ $0.slabsByOrder }, order) ?? 0
        return OrderRow(
          orders: order...order, freeBlocks: blocks, freePages: blocks << order, slabs: slabs,
          slabPages: slabs << order,
          fallbacks: sum({ $0.fallbacksByOrder }, order), refusals: sum({ $0.refusalsByOrder }, order))
      }
    }

    /// Combines the orders above the highest that slabs use or that was refused.
    static func combiningUnused(_ rows: [OrderRow]) -> [OrderRow] {
      let highest = max(3, rows.lastIndex { $0.slabs > 0 || $0.refusals ?? 0 > 0 || $0.fallbacks ?? 0 > 0 } ?? 0)
      guard highest + 2 < rows.count else { return rows }
      let unused = rows[(highest + 1)...]
      return rows[...highest] + [
        OrderRow(
          orders: highest + 1...rows.count - 1, freeBlocks: unused.reduce(0) { $0 + $1.freeBlocks },
          freePages: unused.reduce(0) { $0 + $1.freePages }, slabs: 0, slabPages: 0, fallbacks: unused.first?.fallbacks,
          refusals: unused.first?.refusals)
      ]
    }
  }

  private func drawOrders(_ rows: [OrderRow], _ snapshot: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let box = Box(title: "orders and pages", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let most = Double(rows.map(\.freePages).max() ?? 1)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("ORDER", width: 6), Table.Column("FREE BLOCKS", width: 12, alignment: .trailing),
        Table.Column("FREE", width: 8, alignment: .trailing),
        Table.Column("SLABS", width: 8, alignment: .trailing), Table.Column("IN SLABS", width: 9, alignment: .trailing),
        Table.Column("FALLBACKS TO", width: 13, alignment: .trailing, hidingOrder: 1),
        Table.Column("REFUSED", width: 8, alignment: .trailing, hidingOrder: 1),
        Table.Column("FREE PAGES", width: 24, minimumWidth: 8, hidingOrder: 2, grows: true),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let row = rows[index]
      let (first, last) = (row.orders.lowerBound, row.orders.upperBound)
      let (style, slabStyle) = (theme.orders[first], row.slabs == 0 ? theme[.dim] : .plain)
      return [
        .text(first == last ? "\(first)" : "\(first)-\(last)", style), .text(NumberFormat.count(row.freeBlocks)),
        .text(NumberFormat.bytes(row.freePages << 12)), .text(NumberFormat.count(row.slabs), slabStyle),
        .text(NumberFormat.bytes(row.slabPages << 12), slabStyle),
        .text(NumberFormat.count(row.fallbacks), theme[row.fallbacks ?? 0 > 0 ? .warning : .dim]),
        .text(NumberFormat.count(row.refusals), theme[row.refusals ?? 0 > 0 ? .critical : .dim]),
        .widget(Meter(Double(row.freePages) / max(1, most), style: style, glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: Rect(x: inside.minX, y: inside.minY, width: inside.width, height: max(0, inside.height - 1)))
    canvas.draw(
      summary(snapshot), in: inside.row(min(rows.count + 1, inside.height - 1)), alignment: .leading,
      style: theme[.text], ellipsis: glyphs.ellipsis)
  }

  /// The share of free memory that requests of each order cannot use: the kernel's unusable free space index
  /// (mm/compaction.c).
  private func summary(_ snapshot: Snapshot) -> String {
    let free = snapshot.pageBlocksFreeByOrder.enumerated().map { $0.element << $0.offset }
    let all = free.reduce(0, +)
    guard all > 0 else { return "no free pages" }
    let indices = [1, 2, 3, 4].map { order in
      "\(order): \(NumberFormat.percent(all - free.dropFirst(order).reduce(0, +), of: all))"
    }
    let released = (snapshot.unbackedFreePages ?? 0) << 12
    let system = released > 0 ? "; \(NumberFormat.bytes(released)) of it released" : ""
    return "free memory unusable for order " + indices.joined(separator: ", ") + system
  }

  /// Free pages over time, by the order of the block that they are in: fragmentation turns high orders into low ones.
  private func drawHistory(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "Free pages by order of their block, \(time.title)", border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let legend = theme.orders.indices.flatMap { order in
      [Span(String(patterns.glyph(ofPart: order)), theme.orders[order]), Span(" \(order)  ", theme[.text])]
    }
    canvas.draw([Span("order  ", theme[.dim])] + legend, at: inside.origin, maxWidth: inside.width)
    let rest = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: max(0, inside.height - 1))
    let frame = ChartFrame(time: time, theme: theme, glyphs: glyphs)
    guard let plot = frame.plot(in: rest) else { return }
    let samples = frame.samples(of: history, count: plot.width)
    let chart = StackedChart(
      samples.map { sample in sample?.freeBlocks.enumerated().map { Double($0.element << $0.offset) } ?? [] },
      partStyles: theme.orders.indices.map { (patterns.glyph(ofPart: $0), theme.orders[$0]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    frame.draw(
      top: chart.maximum(in: plot.width) * Double(snapshot?.pageBytes ?? 4096), around: plot, on: &canvas, in: rest)
    canvas.draw(chart, in: plot)
  }
}
