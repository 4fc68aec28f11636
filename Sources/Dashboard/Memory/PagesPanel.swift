import Telemetry
import TerminalUI

/// Page of page orders: the free blocks of the page allocator and the slabs of each order, the orders of each pool, and free
/// memory over time.
struct PagesPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Rows of the box of orders that are not an order: borders, heading and summary.
  private static let otherRows = 4
  private static let fewestPoolRows = 5
  private static let fewestHistoryRows = 8

  /// Rectangles of the page's parts on a screen.
  private struct Parts {
    let orders: Rect
    /// nil if there is no room.
    var pools, history: Rect?
    /// Whether the high orders that no slab uses share one row.
    var combinesUnused = false
  }

  private func parts(of rect: Rect, _ all: [OrderRow]) -> Parts {
    let knowsFreePages = state.snapshot?.knows(.pageBlocksFreeByOrder) ?? false
    let height = all.count + PagesPanel.otherRows
    if rect.height >= height + PagesPanel.fewestPoolRows + 2 {
      let hasHistory =
        knowsFreePages && rect.height >= height + PagesPanel.fewestPoolRows + 2 + PagesPanel.fewestHistoryRows
      let rows = rect.rows([.fixed(height), .share(1)] + (hasHistory ? [.share(1)] : []))
      return Parts(orders: rows[0], pools: rows[1], history: hasHistory ? rows[2] : nil)
    }
    let shortHeight = OrderRow.combiningUnused(all).count + PagesPanel.otherRows
    guard rect.height >= shortHeight + PagesPanel.fewestPoolRows else {
      return Parts(orders: rect, combinesUnused: rect.height < height)
    }
    let rows = rect.rows([.fixed(shortHeight), .share(1)])
    return Parts(orders: rows[0], pools: rows[1], combinesUnused: true)
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let snapshot = state.snapshot else { return }
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
    if let history = parts(of: rect, OrderRow.all(of: snapshot)).history { drawHistory(on: &canvas, in: history) }
  }

  func placedLists(in rect: Rect) -> [PlacedList] {
    guard let snapshot = state.snapshot else { return [] }
    let all = OrderRow.all(of: snapshot)
    let parts = parts(of: rect, all)
    let focused = parts.pools == nil ? .orders : state.focusedList(of: .pages, default: .orders)
    let rows = parts.combinesUnused ? OrderRow.combiningUnused(all) : all
    let view = ordersView(rows, snapshot, isFocused: focused == .orders)
    return [PlacedList(view: view, rect: parts.orders)]
      + (parts.pools.map { rect in
        let view = PoolOrdersPanel.view(
          of: snapshot, state.listState(.pools), isFocused: focused == .pools, theme: theme, glyphs: glyphs)
        return [PlacedList(view: view, rect: rect)]
      } ?? [])
  }

  /// Figures of one order, or of several high orders together that no slab uses.
  struct OrderRow: Sendable {
    var orders: ClosedRange<Int>
    /// nil if the source does not know the free blocks.
    var freeBlocks: Int?
    var freePages: Int?
    /// nil if the source does not know the orders of slabs.
    var slabs: Int?
    /// Pages of the slabs.
    var slabPages: Int?
    /// Slabs of this order in place of a higher one; nil if not counted.
    var fallbacks: Int?
    /// Requests that the page allocator refused; nil if not counted.
    var refusals: Int?
    /// Free pages of the order with the most free pages, which scales the meters.
    var mostFreePages = 1
    /// Size of a page in bytes.
    var pageBytes = 4096

    var freeBytes: Int? { freePages.map { $0 * pageBytes } }
    var slabBytes: Int? { slabPages.map { $0 * pageBytes } }

    /// The orders as text: `3`, or `4-10`.
    var text: String {
      orders.count == 1 ? "\(orders.lowerBound)" : "\(orders.lowerBound)-\(orders.upperBound)"
    }

    /// Style of the figures of slabs.
    func slabStyle(_ theme: Theme) -> Style { slabs ?? 0 == 0 ? theme[.dim] : .plain }

    static func all(of snapshot: Snapshot) -> [OrderRow] {
      func sum(_ counts: (CacheSnapshot) -> [Int]?, _ order: Int) -> Int? {
        snapshot.caches.reduce(nil) { sum, cache in
          guard let counts = counts(cache), order < counts.count else { return sum }
          return (sum ?? 0) + counts[order]
        }
      }
      let knowsBlocks = snapshot.knows(.pageBlocksFreeByOrder)
      return snapshot.pageBlocksFreeByOrder.enumerated().map { order, blocks in
        let slabs = sum({ $0[known: \.slabsByOrder, .slabsByOrder] }, order)
        return OrderRow(
          orders: order...order, freeBlocks: knowsBlocks ? blocks : nil, freePages: knowsBlocks ? blocks << order : nil,
          slabs: slabs, slabPages: slabs.map { $0 << order }, fallbacks: sum({ $0.fallbacksByOrder }, order),
          refusals: sum({ $0.refusalsByOrder }, order), pageBytes: snapshot.pageBytes)
      }
    }

    /// Combines the orders above the highest that slabs use or that was refused.
    static func combiningUnused(_ rows: [OrderRow]) -> [OrderRow] {
      let highest = max(3, rows.lastIndex { $0.slabs ?? 0 > 0 || $0.refusals ?? 0 > 0 || $0.fallbacks ?? 0 > 0 } ?? 0)
      guard highest + 2 < rows.count else { return rows }
      let unused = rows[(highest + 1)...]
      func sum(_ figure: (OrderRow) -> Int?) -> Int? {
        unused.reduce(nil) { sum, row in figure(row).map { (sum ?? 0) + $0 } ?? sum }
      }
      return rows[...highest] + [
        OrderRow(
          orders: highest + 1...rows.count - 1, freeBlocks: sum(\.freeBlocks), freePages: sum(\.freePages),
          slabs: sum(\.slabs), slabPages: sum(\.slabPages), fallbacks: unused.first?.fallbacks,
          refusals: unused.first?.refusals, pageBytes: rows[0].pageBytes)
      ]
    }
  }

  /// Columns of the list of orders.
  static let columns: [PageColumn<OrderRow>] = [
    PageColumn(
      DefinedColumn(Table.Column("ORDER", width: 6), "Page order: a block of order n has 2^n pages."), ascends: true,
      number: { Double($0.orders.lowerBound) }
    ) { row, theme, _ in .text(row.text, theme.orders[row.orders.lowerBound]) },
    PageColumn(
      DefinedColumn(
        Table.Column("FREE BLOCKS", width: 12, alignment: .trailing), Figure.pageBlocksFreeByOrder.definition),
      count: \.freeBlocks),
    PageColumn(
      DefinedColumn(
        Table.Column("FREE", width: NumberFormat.bytesWidth, alignment: .trailing),
        "Bytes of the free blocks of the order."),
      bytes: \.freeBytes),
    PageColumn(
      DefinedColumn(Table.Column("SLABS", width: 8, alignment: .trailing), "Slabs of the order."),
      number: { $0.slabs.map(Double.init) }
    ) { row, theme, _ in .text(NumberFormat.count(row.slabs), row.slabStyle(theme)) },
    PageColumn(
      DefinedColumn(Table.Column("IN SLABS", width: 9, alignment: .trailing), "Bytes of the slabs of the order."),
      number: { $0.slabBytes.map(Double.init) }
    ) { row, theme, _ in .text(row.slabBytes.map(NumberFormat.bytes) ?? "-", row.slabStyle(theme)) },
    PageColumn(
      DefinedColumn(
        Table.Column("FALLBACKS TO", width: 13, alignment: .trailing, hidingOrder: 1),
        Figure.fallbacksByOrder.definition), number: { $0.fallbacks.map(Double.init) }
    ) { row, theme, _ in
      .text(NumberFormat.count(row.fallbacks), theme[row.fallbacks ?? 0 > 0 ? .warning : .dim])
    },
    PageColumn(
      DefinedColumn(
        Table.Column("REFUSED", width: 8, alignment: .trailing, hidingOrder: 1), Figure.refusalsByOrder.definition),
      number: { $0.refusals.map(Double.init) }
    ) { row, theme, _ in
      .text(NumberFormat.count(row.refusals), theme[row.refusals ?? 0 > 0 ? .critical : .dim])
    },
    PageColumn(
      drawing: DefinedColumn(
        Table.Column("FREE PAGES", width: 24, minimumWidth: 8, hidingOrder: 2, grows: true),
        "Free pages in blocks of the order, in proportion to the largest number.")
    ) { row, theme, glyphs in
      row.freePages.map { pages in
        .widget(
          Meter(
            Double(pages) / Double(max(1, row.mostFreePages)), style: theme.orders[row.orders.lowerBound],
            glyphs: glyphs))
      } ?? .text("-", theme[.dim])
    },
  ]

  private func ordersView(_ rows: [OrderRow], _ snapshot: Snapshot, isFocused: Bool) -> ListView {
    let most = rows.compactMap(\.freePages).max() ?? 1
    let scaled = rows.map { row in
      var row = row
      row.mostFreePages = most
      return row
    }
    let table = PageTable(
      id: .orders, columns: PagesPanel.columns, rows: scaled, defaultColumn: "ORDER",
      identity: { "\($0.orders.lowerBound)" }, name: { "order \($0.text)" },
      detail: { .text(PagesPanel.text(of: $0, snapshot)) })
    return ListView(
      list: table.list(state.listState(.orders)), title: "orders and pages", isBoxed: true, footer: summary(snapshot),
      emptyText: "The free blocks of the page allocator are not known", isFocused: isFocused, theme: theme,
      glyphs: glyphs)
  }

  /// Returns the pools with slabs of some orders, those with the most slabs first.
  private static func text(of row: OrderRow, _ snapshot: Snapshot) -> RowText {
    func sum(_ counts: [Int]?) -> Int {
      guard let counts else { return 0 }
      return row.orders.reduce(0) { $0 + ($1 < counts.count ? counts[$1] : 0) }
    }
    func figure(_ count: Int?, _ bytes: Int?) -> String {
      guard let count, let bytes else { return "not known" }
      return "\(NumberFormat.count(count)), \(NumberFormat.bytes(bytes))"
    }
    let pools = snapshot.caches.filter { !$0.sharesSlabs && sum($0.slabsByOrder) > 0 }
      .sorted { (sum($1.slabsByOrder), $0.name) < (sum($0.slabsByOrder), $1.name) }
    let refused = snapshot.caches.filter { sum($0.refusalsByOrder) > 0 }
      .sorted { (sum($1.refusalsByOrder), $0.name) < (sum($0.refusalsByOrder), $1.name) }
    var lines: [RowText.Line] = [
      .figure("free blocks", figure(row.freeBlocks, row.freeBytes)), .figure("slabs", figure(row.slabs, row.slabBytes)),
      .figure("fallbacks to the order", row.fallbacks.map(NumberFormat.count) ?? "not counted"),
      .figure("refused requests", row.refusals.map(NumberFormat.count) ?? "not counted"),
      .heading("Pools by slabs of the order"),
    ]
    lines +=
      pools.isEmpty
      ? [.sentence("No pool has slabs of the order.")]
      : RowText.Line.bars(pools.map { (label: $0.name, count: sum($0.slabsByOrder)) })
    if !refused.isEmpty {
      lines.append(.heading("Caches by refused requests of the order"))
      lines += RowText.Line.bars(refused.map { (label: $0.name, count: sum($0.refusalsByOrder)) })
    }
    return RowText(title: "Order \(row.text)", lines: lines)
  }

  /// The share of free memory that requests of each order cannot use: the kernel's unusable free space index
  /// (mm/compaction.c).
  private func summary(_ snapshot: Snapshot) -> String {
    guard snapshot.knows(.pageBlocksFreeByOrder) else {
      return "\(state.status.source.title) does not report free pages."
    }
    let free = snapshot.pageBlocksFreeByOrder.enumerated().map { $0.element << $0.offset }
    let all = free.reduce(0, +)
    guard all > 0 else { return "no free pages" }
    let indices = [1, 2, 3, 4].map { order in
      "\(order): \(NumberFormat.percent(all - free.dropFirst(order).reduce(0, +), of: all))"
    }
    let released = (snapshot.unbackedFreePages ?? 0) * snapshot.pageBytes
    let system = released > 0 ? "; \(NumberFormat.bytes(released)) of it released" : ""
    return "free memory unusable for order " + indices.joined(separator: ", ") + system
  }

  /// Free pages over time, by the order of the block that they are in: fragmentation turns high orders into low ones.
  private func drawHistory(on canvas: inout Canvas, in rect: Rect) {
    let (history, time) = (state.trends.memory, state.chartTime)
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
      top: chart.maximum(in: plot.width) * Double(state.snapshot?.pageBytes ?? 4096), around: plot, on: &canvas,
      in: rest)
    canvas.draw(chart, in: plot)
  }
}
