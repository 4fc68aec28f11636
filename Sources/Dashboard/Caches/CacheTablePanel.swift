import Telemetry
import TerminalUI
import TextOutput

/// Cache table in the middle of the screen.
struct CacheTablePanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let table = CacheTablePanel.table(of: state, theme: theme, glyphs: glyphs)
    canvas.draw(table, in: rect)
    if table.rowCount == 0, rect.height > 2 {
      let text =
        state.filter.isEmpty
        ? "No cache has slabs yet" : "No cache matches \"\(state.filter)\"; Esc clears the filter"
      canvas.draw(text, in: rect.row(2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
  }

  /// Returns the table of a state. It is used for drawing and to find the row or heading at a point.
  static func table(of state: DashboardState, theme: Theme, glyphs: GlyphSet) -> Table {
    let (rows, list, cacheRates, columns) = (state.rows, state.list, state.cacheRates, state.columns)
    let snapshot = state.snapshot ?? Snapshot()
    return Table(
      columns: columns.map(\.layout), rowCount: rows.count, selection: state.selection,
      sort: columns.firstIndex(of: state.order.column).map { Table.Sort(column: $0, ascending: state.order.ascends) },
      appearance: Table.Appearance(theme, glyphs: glyphs),
      scroll: Table.ColumnScroll(offset: state.firstColumn, left: "(", right: ")")
    ) { index in
      let cache = list.figures(of: rows[index], in: snapshot)
      guard rows[index].index != nil else {
        // Another name of a merged cache: the kernel has no figures of its own for it.
        return columns.map { $0 == .name ? name(of: rows[index], state, theme, glyphs) : .text("") }
      }
      let names = list.names(of: rows[index], in: snapshot)
      return columns.map { column in
        column == .name
          ? name(of: rows[index], state, theme, glyphs)
          : content(column, of: cache, names, rows[index], cacheRates: cacheRates, theme: theme, glyphs: glyphs)
      }
    }
  }

  /// Returns the name of a cache with its place in a pool, or the number of caches of a pool.
  private static func name(
    of row: CacheRow, _ state: DashboardState, _ theme: Theme, _ glyphs: GlyphSet
  ) -> Table.Content {
    let mark = row.name == state.followed ? [Span(" followed", theme[.accent])] : []
    switch row.kind {
    case .cache where mark.isEmpty: return .text(row.name)
    case .cache: return .spans([Span(row.name)] + mark)
    case .pool(let sharers, let isOpen):
      let count =
        state.status.source.has(.replay) ? " \(sharers) share" : " +\(sharers) \(sharers == 1 ? "name" : "names")"
      let triangle = Span("\(isOpen ? glyphs.expanded : glyphs.collapsed) ", theme[.accent])
      return .spans([triangle, Span(row.name), Span(count, theme[.dim])])
    case .sharer(let isLast):
      return .spans([Span("\(isLast ? glyphs.lastBranch : glyphs.branch) ", theme[.dim]), Span(row.name)] + mark)
    }
  }

  private static func content(
    _ column: CacheColumn, of cache: CacheSnapshot, _ names: [String], _ row: CacheRow, cacheRates: CacheRates,
    theme: Theme,
    glyphs: GlyphSet
  ) -> Table.Content {
    // The row of the pool shows the figures of shared slabs.
    if row.id.isSharer, isOfSlabs(column) { return .text("") }
    switch column {
    case .name: return .text(cache.name)
    case .active:
      let active = NumberFormat.count(column.count(of: cache))
      let total = cache.knows(.totalObjects) ? NumberFormat.count(cache.totalObjects) : "-"
      return .text(row.id.isSharer ? active : active == "-" && total == "-" ? "-" : "\(active)/\(total)")
    case .use:
      guard let use = cache.knownUsePercent else { return .text("-", theme[.dim]) }
      return .text("\(Int(use.rounded(.toNearestOrEven)))%", useStyle(cache, theme))
    case .objectSize, .stride: return .text(column.count(of: cache).map(String.init) ?? "-")
    case .orders:
      guard cache.knows(.slabsByOrder) else { return .text("-", theme[.dim]) }
      return cache.slabs == 0 ? .text("") : .widget(OrderBar(slabs: cache.slabsByOrder, theme: theme, glyphs: glyphs))
    case .slabMemory, .waste, .tails, .kernel, .free, .requested:
      let bytes = column.count(of: cache)
      return .text(NumberFormat.bytes(bytes), bytes ?? 0 == 0 ? theme[.dim] : .plain)
    case .growth:
      guard cache.knows(.slabBytes) else { return .text("-", theme[.dim]) }
      let bytes = names.reduce(0) { $0 + cacheRates.growth.growth(of: $1) }
      return .text(ByteCount.change(bytes), bytes == 0 ? theme[.dim] : theme[bytes > 0 ? .warning : .good])
    case .rate: return .text(NumberFormat.rate(cacheRates.allocations.rate(of: names) ?? cache.rateWithoutTraffic))
    case .frees: return .text(NumberFormat.rate(cacheRates.allocations.freeRate(of: names) ?? cache.rateWithoutTraffic))
    case .unseen, .older:
      guard let reconciliation = cache.traffic?.reconciliation else { return .text("-", theme[.dim]) }
      let range = column == .unseen ? reconciliation.unseenFrees : reconciliation.olderObjects
      let isCertain = column == .unseen && range.lowerBound > 0
      return .text(
        NumberFormat.range(range), isCertain ? theme[.warning] : range.upperBound == 0 ? theme[.dim] : .plain)
    case .trend:
      return .widget(
        RateSparkline(trend: cacheRates.allocations.trend(of: names), style: theme[.sparkline], glyphs: glyphs))
    case .fragmentation, .reclaimable, .accounted, .rounding: return optionalFigure(column, of: cache, theme)
    case .contended:
      guard let acquired = cache.lockAcquisitions, let contended = cache.lockContentions else {
        return .text("-", theme[.dim])
      }
      return .text(
        "\(NumberFormat.count(contended))/\(NumberFormat.count(acquired))", contended == 0 ? theme[.dim] : .plain)
    case .failed:
      let failed = cache.failedAllocations
      return .text(
        NumberFormat.count(failed), failed ?? 0 > 0 ? theme[.critical] : failed == nil ? theme[.dim] : .plain)
    case .slabs, .fallbacks, .grown, .returned, .magazines, .refills, .flushes, .remote, .full, .partial, .empty,
      .onCPUs, .packed, .profiled:
      let count = column.count(of: cache)
      return .text(NumberFormat.count(count), count == nil ? theme[.dim] : .plain)
    }
  }

  /// Returns whether the figures of a column are those of slabs, which are not those of one cache if several share them.
  private static func isOfSlabs(_ column: CacheColumn) -> Bool {
    switch column {
    case .use, .orders, .slabs, .fallbacks, .grown, .returned, .full, .partial, .empty, .onCPUs, .packed, .free,
      .fragmentation, .reclaimable, .accounted, .kernel, .contended:
      true
    default: false
    }
  }

  /// Returns the text of a percentage or a flag, `-` if the source does not know it.
  private static func optionalFigure(_ column: CacheColumn, of cache: CacheSnapshot, _ theme: Theme) -> Table.Content {
    let value = column.value(of: cache, CacheRates())
    guard !value.isNaN else { return .text("-", theme[.dim]) }
    if column == .rounding { return .text("\(Int(value.rounded()))%", value == 0 ? theme[.dim] : .plain) }
    guard column == .fragmentation else {
      return .text(value == 1 ? "yes" : "no", value == 1 ? .plain : theme[.dim])
    }
    let isRelevant = (cache.freeBytesInPartialSlabs ?? 0) >= 64 << 10
    let style = isRelevant && value >= 50 ? theme[.critical] : isRelevant && value >= 25 ? theme[.warning] : .plain
    return .text("\(Int(value.rounded()))%", style)
  }

  /// Returns a warning style for caches with little use, if they waste at least 64 KiB.
  private static func useStyle(_ cache: CacheSnapshot, _ theme: Theme) -> Style {
    guard cache.knows([.slabBytes, .activeObjects, .objectSize]), cache.wasteBytes >= 64 << 10 else { return .plain }
    return cache.usePercent < 25 ? theme[.critical] : cache.usePercent < 50 ? theme[.warning] : .plain
  }
}
