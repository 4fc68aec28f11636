import Telemetry
import TerminalUI

/// Page orders of each pool's slabs: planned and actual mix, order fallbacks, refusals, retries, and the time for which
/// refused orders were avoided. The pools with the most refusals come first.
struct PoolOrdersPanel: Widget {
  let snapshot: Snapshot
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let pools = rows
    let box = Box(
      title: "orders by pool (slabs in %, \(PoolOrdersPanel.avoidedNow) avoided now)", border: theme[.border],
      titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("POOL", width: 20, minimumWidth: 12),
        Table.Column("ALTERNATION", width: 11, hidingOrder: 4),
        Table.Column("PLANNED", width: 14, minimumWidth: 9),
        Table.Column("ACTUAL", width: 20, minimumWidth: 14),
        Table.Column("FALLBACKS", width: 10, alignment: .trailing, hidingOrder: 1),
        Table.Column("REFUSED", width: 8, minimumWidth: 7, alignment: .trailing),
        Table.Column("RETRIES", width: 8, minimumWidth: 7, alignment: .trailing, hidingOrder: 2),
        Table.Column("NOT REQUESTED", width: 13, alignment: .trailing, hidingOrder: 3),
        Table.Column("AVOIDED FOR", width: 15, grows: true),
      ], rowCount: pools.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let (pool, plan) = (pools[index], pools[index].orderPlan)
      func figure(_ counts: [Int]?, _ role: Theme.Role) -> Table.Content {
        guard let count = counts?.reduce(0, +) else { return .text("-", theme[.dim]) }
        return .text(NumberFormat.count(count), count > 0 ? theme[role] : theme[.dim])
      }
      let isAvoiding = plan?.avoidedOrders.isEmpty == false
      return [
        .text(pool.name), .text(plan.map { PoolOrdersPanel.list($0.orders) } ?? "-", theme[.dim]),
        .text(plan.map { PoolOrdersPanel.mix($0.plannedSlabsByOrder) } ?? "\(pool.preferredOrder)"),
        .text(PoolOrdersPanel.mix(plan?.grownSlabsByOrder ?? pool.slabsByOrder)),
        figure(pool.fallbacksByOrder ?? [pool.orderFallbacks], .warning), figure(pool.refusalsByOrder, .critical),
        figure(plan?.retriesByOrder, .text), figure(plan?.avoidedRequestsByOrder, .text),
        .text(plan.map(PoolOrdersPanel.avoidedTimes) ?? "-", theme[isAvoiding ? .warning : .dim]),
      ]
    }
    canvas.draw(table, in: rect.inset(horizontal: 2, vertical: 1))
  }

  private static let avoidedNow = "*"

  /// Caches that have slabs of their own, those with the most refusals first, then those with the most slab memory.
  private var rows: [CacheSnapshot] {
    func refusals(_ cache: CacheSnapshot) -> Int { cache.refusalsByOrder?.reduce(0, +) ?? cache.orderFallbacks }
    return snapshot.caches
      .filter { !$0.sharesSlabs && ($0.slabs > 0 || $0.orderPlan?.grownSlabsByOrder.contains { $0 > 0 } == true) }
      .sorted { (refusals($0), $0.slabBytes, $1.name) > (refusals($1), $1.slabBytes, $0.name) }
  }

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
