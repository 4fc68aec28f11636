import Telemetry
import TerminalUI

/// The slabs of the selected cache, one cell each, as high as the slab is full: order by order.
struct SlabMapPanel: Widget {
  private let cache: CacheSnapshot?
  /// Whether the moment in view is past: maps are not kept.
  private let isPast: Bool
  private let coloring: SlabColoring
  private let ages: SlabAges
  private let theme: Theme
  private let glyphs: GlyphSet

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    (cache, isPast, coloring, ages) = (state.selected, state.isPast, state.coloring, state.slabAges)
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  private static let labelWidth = 16

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height >= 3, rect.width > SlabMapPanel.labelWidth + 10 else { return }
    let title = cache.map { $0.sharesSlabs ? "\($0.name), in the slabs of \($0.slabHolder)" : $0.name } ?? "slabs"
    canvas.draw(Box(title: title, border: theme[.border], titleStyle: theme[.title], glyphs: glyphs), in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard let cache else {
      return draw("select a cache to see its slabs", on: &canvas, in: inside)
    }
    drawFigures(cache, on: &canvas, in: inside.row(0))
    guard let slabs = cache.slabMap, !slabs.isEmpty else {
      return draw(
        cache.slabs == 0 ? "it holds no slab" : isPast ? "the map of slabs is not kept for the past" : "one moment",
        on: &canvas, in: inside)
    }
    let rows = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: inside.height - 1)
    drawOrders(Dictionary(grouping: slabs, by: \.order), on: &canvas, in: rows)
  }

  private func draw(_ text: String, on canvas: inout Canvas, in rect: Rect) {
    canvas.draw(
      text, in: rect.row(min(1, rect.height - 1)), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
  }

  private func drawFigures(_ cache: CacheSnapshot, on canvas: inout Canvas, in row: Rect) {
    // As the map shows them, once it is there: what lies in a depot is free.
    let (full, empty) =
      cache.slabMap.map { slabs in
        (slabs.count { $0.occupancy == 1 }, slabs.count { $0.occupancy == 0 })
      } ?? (cache.fullSlabs, cache.emptySlabs)
    let partial = (cache.slabMap?.count ?? cache.slabs) - full - empty
    var figures = [
      ("full", Figures.count(full)), ("partial", Figures.count(partial)), ("empty", Figures.count(empty)),
      ("stride", String(cache.stride)),
      ("in magazines", Figures.count(cache.objectsInMagazines)),
      ("refills", Figures.count(cache.refills)), ("flushes", Figures.count(cache.flushes)),
      ("grown", Figures.count(cache.slabsGrown)), ("returned", Figures.count(cache.slabsReturned)),
    ]
    if cache.orderFallbacks > 0 { figures.insert(("fallbacks", Figures.count(cache.orderFallbacks)), at: 3) }
    var x = row.minX
    for (label, value) in figures {
      guard x + label.count + value.count + 1 <= row.maxX else { return }
      x += canvas.draw([Span(label + " ", theme[.dim]), Span(value, theme[.text])], at: Point(x: x, y: row.minY)) + 2
    }
  }

  /// Each order gets rows for its slabs, at least one; what is left over goes to those that need it most.
  private func drawOrders(_ slabs: [Int: [SlabSnapshot]], on canvas: inout Canvas, in rect: Rect) {
    let orders = slabs.keys.sorted()
    guard orders.count <= rect.height else {
      return draw("too low a window for \(orders.count) orders", on: &canvas, in: rect)
    }
    let colors = SlabColors(slabs.values.joined(), coloring, ages, theme)
    let width = rect.width - SlabMapPanel.labelWidth
    let legend = rect.height > orders.count ? colors.legend(glyphs) : nil
    let wanted = orders.map { Double(max(1, ((slabs[$0]?.count ?? 0) + width - 1) / width)) }
    let heights = apportion(
      min(rect.height - (legend == nil ? 0 : 1), Int(wanted.reduce(0, +))), by: wanted, visible: true)
    var y = rect.minY
    if let legend {
      canvas.draw(legend, at: rect.origin, maxWidth: rect.width)
      y += 1
    }
    for (order, height) in zip(orders, heights) {
      let ofOrder = slabs[order] ?? []
      let label = "order \(order)  "
      let labelled = canvas.draw(label, at: Point(x: rect.minX, y: y), style: theme.orders[order])
      canvas.draw(Figures.count(ofOrder.count), at: Point(x: rect.minX + labelled, y: y), style: theme[.text])
      let items = ofOrder.map { OccupancyMap.Item(level: $0.occupancy, style: colors.style(of: $0)) }
      let area = Rect(x: rect.minX + SlabMapPanel.labelWidth, y: y, width: width, height: height)
      canvas.draw(OccupancyMap(items, glyphs: glyphs, overflowStyle: theme[.dim]), in: area)
      y += height
    }
  }
}
