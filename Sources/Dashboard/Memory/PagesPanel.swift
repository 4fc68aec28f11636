import Foundation
import Telemetry
import TerminalUI

/// The page allocator and what slabs took of it: free blocks, slabs, fall-backs and refusals by order.
struct PagesPanel: Widget {
  let snapshot: Snapshot?
  let history: LedgerHistory
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let snapshot else { return }
    let tableHeight = 11 + 4
    let rows = rect.rows(rect.height >= tableHeight + 8 ? [.fixed(tableHeight), .share(1)] : [.share(1)])
    drawOrders(snapshot, on: &canvas, in: rows[0])
    if rows.count > 1 { drawHistory(on: &canvas, in: rows[1]) }
  }

  /// Free pages over time, by the order of the block that they are in: as memory fragments, high orders turn into low ones.
  private func drawHistory(on canvas: inout Canvas, in rect: Rect) {
    let span = NumberFormat.time(microseconds: Int(history.seconds(of: rect.width - 12) * 1e6))
    let box = Box(
      title: "free pages by order, over the last \(span)", border: theme[.border], titleStyle: theme[.title],
      glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let plot = Rect(
      x: inside.minX + 8, y: inside.minY + 1, width: max(0, inside.width - 8), height: max(0, inside.height - 1))
    let patterns = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    let chart = StackedChart(
      history.moments.suffix(plot.width).map { $0.freeBlocks.enumerated().map { Double($0.element << $0.offset) } },
      partStyles: theme.orders.indices.map { (patterns.glyph(ofPart: $0), theme.orders[$0]) },
      lowerHalf: glyphs.isASCII || theme.isMonochrome ? nil : glyphs.levels[4])
    let legend = theme.orders.indices.flatMap { order in
      [Span(String(patterns.glyph(ofPart: order)), theme.orders[order]), Span(" \(order)  ", theme[.text])]
    }
    canvas.draw([Span("order  ", theme[.dim])] + legend, at: inside.origin, maxWidth: inside.width)
    let most = Int(chart.maximum(in: plot.width)) << 12
    canvas.draw(NumberFormat.bytes(most), at: Point(x: inside.minX, y: plot.minY), style: theme[.dim])
    canvas.draw(chart, in: plot)
  }

  private func drawOrders(_ snapshot: Snapshot, on canvas: inout Canvas, in rect: Rect) {
    let box = Box(title: "orders and pages", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let slabs = sums(snapshot) { $0.slabsByOrder }
    let (fallbacks, refusals) = (sums(snapshot) { $0.fallbacksByOrder }, sums(snapshot) { $0.refusalsByOrder })
    let areCounted = snapshot.caches.contains { $0.fallbacksByOrder != nil }
    let free = snapshot.pageBlocksFreeByOrder
    let most = Double(free.indices.map { free[$0] << $0 }.max() ?? 1)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("ORDER", width: 6), Table.Column("FREE BLOCKS", width: 12, alignment: .trailing),
        Table.Column("FREE", width: 8, alignment: .trailing),
        Table.Column("SLABS", width: 8, alignment: .trailing), Table.Column("IN SLABS", width: 9, alignment: .trailing),
        Table.Column("FELL BACK TO", width: 13, alignment: .trailing, hidingOrder: 1),
        Table.Column("REFUSED", width: 8, alignment: .trailing, hidingOrder: 1),
        Table.Column("FREE PAGES", width: 24, minimumWidth: 8, hidingOrder: 2, grows: true),
      ],
      rowCount: free.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { order in
      let style = theme.orders[order]
      let pages = Double(free[order] << order)
      return [
        .text("\(order)", style), .text(NumberFormat.count(free[order])),
        .text(NumberFormat.bytes(free[order] << (order + 12))),
        .text(NumberFormat.count(slabs[order]), slabs[order] == 0 ? theme[.dim] : .plain),
        .text(NumberFormat.bytes(slabs[order] << (order + 12)), slabs[order] == 0 ? theme[.dim] : .plain),
        .text(areCounted ? NumberFormat.count(fallbacks[order]) : "-", theme[fallbacks[order] > 0 ? .warning : .dim]),
        .text(areCounted ? NumberFormat.count(refusals[order]) : "-", theme[refusals[order] > 0 ? .critical : .dim]),
        .widget(Meter(pages / max(1, most), style: style, glyphs: glyphs)),
      ]
    }
    canvas.draw(table, in: Rect(x: inside.minX, y: inside.minY, width: inside.width, height: max(0, inside.height - 1)))
    canvas.draw(
      summary(snapshot), in: inside.row(min(12, inside.height - 1)), alignment: .leading, style: theme[.text],
      ellipsis: glyphs.ellipsis)
  }

  private func sums(_ snapshot: Snapshot, _ counts: (CacheSnapshot) -> [Int]?) -> [Int] {
    snapshot.caches.reduce(into: [Int](repeating: 0, count: 11)) { sums, cache in
      for (order, count) in (counts(cache) ?? []).enumerated() where order < sums.count { sums[order] += count }
    }
  }

  /// The kernel's unusable free space index (mm/compaction.c): the share of free memory that a request of an order can't use.
  private func summary(_ snapshot: Snapshot) -> String {
    let free = snapshot.pageBlocksFreeByOrder.enumerated().map { $0.element << $0.offset }
    let all = free.reduce(0, +)
    guard all > 0 else { return "no page is free" }
    let indices = [1, 2, 3, 4].map { order in
      "order \(order) can't use \(NumberFormat.percent(all - free.dropFirst(order).reduce(0, +), of: all))"
    }
    let unbackedFreePages = snapshot.unbackedFreePages ?? 0
    let system = unbackedFreePages > 0 ? "; \(NumberFormat.bytes(unbackedFreePages << 12)) are the system's" : ""
    return "of free memory, requests of " + indices.joined(separator: ", ") + system
  }
}
