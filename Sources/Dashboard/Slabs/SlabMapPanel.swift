import Telemetry
import TerminalUI

/// Slab map of the selected cache: one cell per slab, filled to its occupancy, by order.
struct SlabMapPanel: Widget {
  private let cache: CacheSnapshot?
  /// Whether the snapshot in view is a past one: slab maps are not recorded.
  private let isPast: Bool
  private let coloring: SlabColoring
  private let ages: SlabAges
  /// One object in this number is followed by the watch of a running kernel.
  private let sampling: Int
  private let theme: Theme
  private let glyphs: GlyphSet

  init(of state: DashboardState, theme: Theme, glyphs: GlyphSet) {
    (cache, isPast, coloring, ages) = (state.selected, state.isPast, state.coloring, state.slabAges)
    sampling = state.status.watch?.sampling ?? 1
    (self.theme, self.glyphs) = (theme, glyphs)
  }

  private static let labelWidth = 16

  /// Labels above the map with their definitions, for the help screen.
  static let labels =
    [
      DefinedLabel("full", Figure.fullSlabs.definition), DefinedLabel("partial", Figure.partialSlabs.definition),
      DefinedLabel("empty", Figure.emptySlabs.definition), DefinedLabel(nameOf: .stride),
      DefinedLabel("in magazines", Figure.objectsInMagazines.definition), DefinedLabel(nameOf: .refills),
      DefinedLabel(nameOf: .flushes), DefinedLabel("grown", Figure.slabsGrown.definition),
      DefinedLabel("returned", Figure.slabsReturned.definition),
    ] + ReconciliationFigures.labels

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height >= 3, rect.width > SlabMapPanel.labelWidth + 10 else { return }
    let title =
      cache.map { cache in
        cache.sharesSlabs
          ? "\(cache.name), in the slabs of \(cache.slabHolder)"
          : watchedSlabs != nil
            ? "Slabs of \(cache.name): live objects since the start"
              + (sampling > 1 ? ", sample of 1 in \(sampling)" : "")
            : "Slabs of \(cache.name): cell height = objects in use"
      } ?? "Slabs"
    canvas.draw(Box(title: title, border: theme[.border], titleStyle: theme[.title], glyphs: glyphs), in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard let cache else {
      return draw("Select a cache to see its slabs", on: &canvas, in: inside)
    }
    let rows = Rect(x: inside.minX, y: inside.minY + 1, width: inside.width, height: inside.height - 1)
    if let watchedSlabs { return drawMap(of: cache, watched: watchedSlabs, on: &canvas, in: inside) }
    if let occupancy = cache.occupancy, cache.slabs > 0 {
      return drawMap(of: cache, occupancy, on: &canvas, figures: inside.row(0), in: rows)
    }
    drawFigures(cache, on: &canvas, in: inside.row(0))
    guard let slabs = cache.slabMap, !slabs.isEmpty else {
      return draw(
        cache.slabs == 0
          ? "The cache has no slabs"
          : isPast
            ? "The slab map of the past is not recorded; n returns to now"
            : "The slab map follows with the next sample",
        on: &canvas, in: inside)
    }
    let colors = SlabColors(slabs, coloring, ages, theme)
    let slabsByOrder = Dictionary(grouping: slabs, by: \.order)
    let items = slabsByOrder.mapValues { slabs in
      slabs.map { OccupancyMap.Item(level: $0.occupancy, style: colors.style(of: $0)) }
    }
    drawOrders(items, slabs: slabsByOrder.mapValues(\.count), legend: colors.legend(glyphs), on: &canvas, in: rows)
  }

  /// Draws the slabs of a kernel, whose page frames are not known, in order of occupancy. One cell may stand for several slabs.
  private func drawMap(
    of cache: CacheSnapshot, _ occupancy: SlabOccupancy, on canvas: inout Canvas, figures: Rect, in rect: Rect
  ) {
    let slabs = cache.slabsByOrder.enumerated().filter { $0.element > 0 }
    // The last row of each order may be incomplete.
    let cells = max(1, (rect.width - SlabMapPanel.labelWidth) * max(1, rect.height - slabs.count))
    let perCell = max(1, (cache.slabs + cells - 1) / cells)
    drawFigures(of: cache, occupancy, perCell: perCell, on: &canvas, in: figures)
    var rect = rect
    if rect.height > 3, let reconciliation = cache.traffic?.reconciliation {
      draw(ReconciliationFigures.figures(of: reconciliation), on: &canvas, in: rect.row(0))
      rect = Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1)
    }
    var items: [Int: [OccupancyMap.Item]] = [:]
    for (order, _) in slabs {
      items[order] = occupancy.occupancies(ofOrder: order, every: perCell).map {
        OccupancyMap.Item(level: $0, style: theme.orders[order])
      }
    }
    let counts = Dictionary(uniqueKeysWithValues: slabs.map { ($0.offset, $0.element) })
    drawOrders(items, slabs: counts, legend: nil, on: &canvas, in: rect)
  }

  // MARK: Slabs of a watch

  /// Slabs of the running kernel with objects that a watch follows; nil for other slabs.
  private var watchedSlabs: [SlabSnapshot]? { cache?.traffic == nil ? nil : cache?.slabMap }

  /// Draws the slabs of the running kernel that have objects of a watch, and the objects from before its start, whose slabs are not
  /// known, as a hatched bar.
  private func drawMap(of cache: CacheSnapshot, watched slabs: [SlabSnapshot], on canvas: inout Canvas, in rect: Rect) {
    let live = slabs.reduce(0) { $0 + $1.objectsInUse }
    let single = slabs.count { $0.objectsInUse == 1 }
    draw(
      [
        ("slabs", NumberFormat.count(slabs.count)), ("of all", NumberFormat.count(cache.slabs)),
        (sampling > 1 ? "followed objects" : "live objects", NumberFormat.count(live)),
        ("slabs with one object", NumberFormat.count(single)),
        ("objects per slab", String(cache.objectsPerPreferredSlab)), (Figure.stride.name, String(cache.stride)),
      ], on: &canvas, in: rect.row(0))
    var parts = [rect]
    if let reconciliation = cache.traffic?.reconciliation, rect.height >= 4 {
      draw(ReconciliationFigures.figures(of: reconciliation), on: &canvas, in: rect.row(1))
      drawOlder(reconciliation, on: &canvas, in: rect.row(rect.height - 1))
      parts = rect.rows([.fixed(2), .share(1), .fixed(1)])
    } else {
      parts = rect.rows([.fixed(1), .share(1)])
    }
    guard !slabs.isEmpty else {
      return canvas.draw(
        "No live object was allocated since the start of the watch", in: parts[1].row(0), alignment: .leading,
        style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let colors = SlabColors(slabs, coloring, ages, theme)
    let slabsByOrder = Dictionary(grouping: slabs, by: \.order)
    let items = slabsByOrder.mapValues { slabs in
      slabs.map { OccupancyMap.Item(level: $0.occupancy, style: colors.style(of: $0)) }
    }
    drawOrders(items, slabs: slabsByOrder.mapValues(\.count), legend: colors.legend(glyphs), on: &canvas, in: parts[1])
  }

  /// Draws the objects from before the start of the watch as a hatched bar, in proportion to all active objects.
  private func drawOlder(_ reconciliation: Reconciliation, on canvas: inout Canvas, in row: Rect) {
    let (older, active) = (reconciliation.olderObjects, reconciliation.activeNow.upperBound)
    canvas.draw("before start", at: row.origin, style: theme[.dim], maxWidth: SlabMapPanel.labelWidth)
    let text = " \(NumberFormat.range(older)) objects in slabs that are not known"
    let room = max(0, row.width - SlabMapPanel.labelWidth - text.count)
    let share = active > 0 ? Double(older.upperBound) / Double(active) : 0
    let cells = older.upperBound > 0 ? max(1, Int((share * Double(room)).rounded())) : 0
    let start = row.minX + SlabMapPanel.labelWidth
    canvas.draw(glyphs.isASCII ? "/" : "▒", count: cells, at: Point(x: start, y: row.minY), style: theme[.dim])
    canvas.draw(
      text, at: Point(x: start + cells, y: row.minY), style: theme[.text], maxWidth: max(0, row.maxX - start - cells))
  }

  private func draw(_ text: String, on canvas: inout Canvas, in rect: Rect) {
    canvas.draw(
      text, in: rect.row(min(1, rect.height - 1)), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
  }

  private func drawFigures(_ cache: CacheSnapshot, on canvas: inout Canvas, in row: Rect) {
    // The figures agree with the map if there is one: objects in a depot count as free.
    let (full, empty) =
      cache.slabMap.map { slabs in
        (slabs.count { $0.occupancy == 1 }, slabs.count { $0.occupancy == 0 })
      } ?? (cache.fullSlabs ?? 0, cache.emptySlabs ?? 0)
    let partial = (cache.slabMap?.count ?? cache.slabs) - full - empty
    var figures = [
      ("full", NumberFormat.count(full)), ("partial", NumberFormat.count(partial)),
      ("empty", NumberFormat.count(empty)),
      (Figure.stride.name, String(cache.stride)), ("in magazines", NumberFormat.count(cache.objectsInMagazines)),
      ("refills", NumberFormat.count(cache.refills)), ("flushes", NumberFormat.count(cache.flushes)),
      ("grown", NumberFormat.count(cache.slabsGrown)), ("returned", NumberFormat.count(cache.slabsReturned)),
    ]
    if let acquired = cache.lockAcquisitions {
      let contended = NumberFormat.count(cache.lockContentions ?? 0)
      figures.insert(("lock contentions/acquisitions", "\(contended)/\(NumberFormat.count(acquired))"), at: 4)
    }
    if cache.orderFallbacks > 0 { figures.insert(("order fallbacks", NumberFormat.count(cache.orderFallbacks)), at: 3) }
    if let slabs = cache.kernelSlabs { figures.insert((Figure.kernelSlabs.name, NumberFormat.count(slabs)), at: 0) }
    draw(figures, on: &canvas, in: row)
  }

  /// Draws the figures of a kernel's cache: slabs by list, and the parameters that bound the slabs it retains.
  private func drawFigures(
    of cache: CacheSnapshot, _ occupancy: SlabOccupancy, perCell: Int, on canvas: inout Canvas, in row: Rect
  ) {
    let parameters = occupancy.parameters
    var figures = [
      ("full", NumberFormat.count(cache.fullSlabs ?? 0)), ("partial", NumberFormat.count(cache.partialSlabs ?? 0)),
      ("empty", NumberFormat.count(cache.emptySlabs ?? 0)), ("on CPUs", NumberFormat.count(cache.slabsOnCPUs ?? 0)),
      ("free objects on CPUs", NumberFormat.count(cache.objectsInMagazines)), ("stride", String(cache.stride)),
      ("min_partial", String(parameters.minPartial)), ("cpu_partial_slabs", String(parameters.cpuPartialSlabs)),
    ]
    if perCell > 1 { figures.insert(("slabs per cell", String(perCell)), at: 0) }
    if cache.orderFallbacks > 0 { figures.append(("order fallbacks", NumberFormat.count(cache.orderFallbacks))) }
    if parameters.sheafCapacity > 0 { figures.append(("sheaf_capacity", String(parameters.sheafCapacity))) }
    draw(figures, on: &canvas, in: row)
  }

  private func draw(_ figures: [(String, String)], on canvas: inout Canvas, in row: Rect) {
    var x = row.minX
    for (label, value) in figures {
      guard x + label.count + value.count + 1 <= row.maxX else { return }
      x += canvas.draw([Span(label + " ", theme[.dim]), Span(value, theme[.text])], at: Point(x: x, y: row.minY)) + 2
    }
  }

  /// Draws the cells of each order. Each order gets at least one row; the other rows are apportioned by need.
  private func drawOrders(
    _ items: [Int: [OccupancyMap.Item]], slabs: [Int: Int], legend: [Span]?, on canvas: inout Canvas, in rect: Rect
  ) {
    let orders = items.keys.sorted()
    guard orders.count <= rect.height else {
      return draw("The window has too few lines for \(orders.count) orders", on: &canvas, in: rect)
    }
    let width = rect.width - SlabMapPanel.labelWidth
    let legend = rect.height > orders.count ? legend : nil
    let wanted = orders.map { Double(max(1, ((items[$0]?.count ?? 0) + width - 1) / width)) }
    let heights = apportion(
      min(rect.height - (legend == nil ? 0 : 1), Int(wanted.reduce(0, +))), by: wanted, minimumOneCell: true)
    var y = rect.minY
    if let legend {
      canvas.draw(legend, at: rect.origin, maxWidth: rect.width)
      y += 1
    }
    for (order, height) in zip(orders, heights) {
      let label = "order \(order)  "
      let labelled = canvas.draw(label, at: Point(x: rect.minX, y: y), style: theme.orders[order])
      canvas.draw(NumberFormat.count(slabs[order] ?? 0), at: Point(x: rect.minX + labelled, y: y), style: theme[.text])
      let area = Rect(x: rect.minX + SlabMapPanel.labelWidth, y: y, width: width, height: height)
      canvas.draw(OccupancyMap(items[order] ?? [], glyphs: glyphs, overflowStyle: theme[.dim]), in: area)
      y += height
    }
  }
}
