import Telemetry
import TerminalUI

/// Page orders of each pool's slabs: planned and actual mix, order fallbacks, refusals, retries, and the time for which
/// refused orders were avoided.
enum PoolOrdersPanel {
  /// Columns of the list of pools.
  static let columns: [PageColumn<CacheSnapshot>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("POOL", width: 20, minimumWidth: 12),
        "Cache whose slabs are counted, with those of the caches that share them."), text: \.name),
    PageColumn(
      DefinedColumn(
        Table.Column("ALTERNATION", width: 11, hidingOrder: 4),
        "Page orders that successive slabs are planned to take, in turn."),
      text: { $0.orderPlan.map { list($0.orders) } ?? "-" }
    ) { pool, theme, _ in .text(pool.orderPlan.map { list($0.orders) } ?? "-", theme[.dim]) },
    PageColumn(
      DefinedColumn(
        Table.Column("PLANNED", width: 14, minimumWidth: 9),
        "Planned page orders of the slabs allocated so far, each with its share in percent."),
      text: { $0.orderPlan.map { mix($0.plannedSlabsByOrder) } ?? (knowsOrders($0) ? "\($0.preferredOrder)" : "-") }),
    PageColumn(
      DefinedColumn(
        Table.Column("ACTUAL", width: 20, minimumWidth: 14),
        "Page orders that these slabs have, each with its share in percent."),
      text: { knowsOrders($0) ? mix($0.orderPlan?.grownSlabsByOrder ?? $0.slabsByOrder) : "-" }),
    figure(
      DefinedColumn(
        Table.Column("FALLBACKS", width: 10, alignment: .trailing, hidingOrder: 1), Figure.orderFallbacks.definition),
      .warning
    ) { $0.fallbacksByOrder?.reduce(0, +) ?? $0[known: \.orderFallbacks, .orderFallbacks] },
    figure(
      DefinedColumn(
        Table.Column("REFUSED", width: 8, alignment: .trailing), Figure.refusalsByOrder.definition),
      .critical
    ) { $0.refusalsByOrder?.reduce(0, +) },
    figure(
      DefinedColumn(
        Table.Column("RETRIES", width: 8, minimumWidth: 7, alignment: .trailing, hidingOrder: 2),
        "Requests of an order that was refused before and then avoided for a while."), .text
    ) { $0.orderPlan?.retriesByOrder.reduce(0, +) },
    figure(
      DefinedColumn(
        Table.Column("NOT REQUESTED", width: 13, alignment: .trailing, hidingOrder: 3),
        "Attempts to add a slab in which an order was not requested because it was refused before."), .text
    ) { $0.orderPlan?.avoidedRequestsByOrder.reduce(0, +) },
    PageColumn(
      DefinedColumn(
        Table.Column("AVOIDED FOR", width: 15, grows: true),
        "Time of the workload for which each refused order was avoided; * marks orders avoided now."),
      number: { $0.orderPlan.map { Double($0.avoidedMicrosecondsByOrder.reduce(0, +)) } }
    ) { pool, theme, _ in
      let isAvoiding = pool.orderPlan?.avoidedOrders.isEmpty == false
      return .text(pool.orderPlan.map(avoidedTimes) ?? "-", theme[isAvoiding ? .warning : .dim])
    },
  ]

  private static func knowsOrders(_ pool: CacheSnapshot) -> Bool { pool.knows([.slabsByOrder, .preferredOrder]) }

  /// Returns a column of counts that have a style of their own if they are not 0.
  private static func figure(
    _ defined: DefinedColumn, _ role: Theme.Role, _ count: @escaping @Sendable (CacheSnapshot) -> Int?
  ) -> PageColumn<CacheSnapshot> {
    PageColumn(defined, number: { count($0).map(Double.init) }) { pool, theme, _ in
      let count = count(pool)
      return .text(NumberFormat.count(count), theme[count ?? 0 > 0 ? role : .dim])
    }
  }

  /// Returns the list of pools: the caches that have slabs of their own.
  static func view(
    of snapshot: Snapshot, _ listState: PageListState, isFocused: Bool, theme: Theme, glyphs: GlyphSet
  ) -> ListView {
    let pools = snapshot.caches
      .filter { !$0.sharesSlabs && ($0.slabs > 0 || $0.orderPlan?.grownSlabsByOrder.contains { $0 > 0 } == true) }
      .sorted { ($0.slabBytes, $1.name) > ($1.slabBytes, $0.name) }
    // A host counts order fallbacks, but not refusals.
    let hasRefusals = pools.contains { $0.refusalsByOrder != nil }
    let table = PageTable(
      id: .pools, columns: columns, rows: pools, defaultColumn: hasRefusals ? "REFUSED" : "FALLBACKS",
      identity: \.name, name: \.name, cache: \.name, detail: { .text(text(of: $0)) })
    return ListView(
      list: table.list(listState), title: "orders by pool (slabs in %, \(avoidedNow) avoided now)", isBoxed: true,
      emptyText: "No pool has slabs", isFocused: isFocused, theme: theme, glyphs: glyphs)
  }

  /// Returns the figures of a pool by page order.
  private static func text(of pool: CacheSnapshot) -> RowText {
    var lines: [RowText.Line] = [
      .figure("slabs", "\(NumberFormat.count(pool.slabs)), \(NumberFormat.bytes(pool.slabBytes))"),
      .figure("alternation of orders", pool.orderPlan.map { list($0.orders) } ?? "not known"),
      .heading("Slabs by order"),
    ]
    let used = pool.slabsByOrder.indices.filter { pool.slabsByOrder[$0] > 0 }
    lines +=
      used.isEmpty
      ? [.sentence("The pool has no slabs.")]
      : RowText.Line.bars(used.map { (label: "order \($0)", count: pool.slabsByOrder[$0]) })
    let counts: [(String, [Int]?)] = [
      ("Slabs planned so far, by order", pool.orderPlan?.plannedSlabsByOrder),
      ("Slabs allocated so far, by order", pool.orderPlan?.grownSlabsByOrder),
      ("Order fallbacks, by order of the slab", pool.fallbacksByOrder),
      ("Refused requests, by order", pool.refusalsByOrder), ("Retries, by order", pool.orderPlan?.retriesByOrder),
    ]
    for (title, counts) in counts {
      guard let counts, counts.contains(where: { $0 > 0 }) else { continue }
      lines.append(.heading(title))
      lines += RowText.Line.bars(
        counts.indices.filter { counts[$0] > 0 }.map { (label: "order \($0)", count: counts[$0]) })
    }
    if pool.orderPlan == nil {
      lines.append(.sentence("The source does not report planned orders, retries and avoided orders."))
    }
    return RowText(title: "Pool \(pool.name)", lines: lines)
  }

  private static let avoidedNow = "*"

  private static func list(_ orders: [Int]) -> String { orders.map(String.init).joined(separator: ",") }

  /// Returns each order with its share of the slabs in percent, from the highest order down: `3:60 0:40`; only the order if
  /// it is the only one.
  static func mix(_ slabsByOrder: [Int]) -> String {
    let all = slabsByOrder.reduce(0, +)
    let used = slabsByOrder.indices.reversed().filter { slabsByOrder[$0] > 0 }
    guard used.count > 1 else { return used.first.map { "\($0)" } ?? "-" }
    return used.map { order in
      let percent = Double(slabsByOrder[order]) * 100 / Double(all)
      return "\(order):" + (percent < 1 ? "<1" : "\(Int(percent.rounded()))")
    }.joined(separator: " ")
  }

  /// Returns each order that was avoided with the time for which it was, from the highest order down; an asterisk marks
  /// orders that are avoided now.
  static func avoidedTimes(_ plan: OrderPlanSnapshot) -> String {
    let orders = plan.avoidedMicrosecondsByOrder.indices.reversed().filter {
      plan.avoidedMicrosecondsByOrder[$0] > 0 || plan.avoidedOrders.contains($0)
    }
    guard !orders.isEmpty else { return "never" }
    return orders.map { order in
      "\(order):" + NumberFormat.time(microseconds: plan.avoidedMicrosecondsByOrder[order])
        + (plan.avoidedOrders.contains(order) ? avoidedNow : "")
    }.joined(separator: " ")
  }
}
