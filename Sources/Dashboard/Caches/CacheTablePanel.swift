import Telemetry
import TerminalUI

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
      appearance: Table.Appearance(theme, glyphs: glyphs)
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
    let isSharer = row.id.isSharer
    switch column {
    case .name: return .text(cache.name)
    case .active where isSharer: return .text(NumberFormat.count(cache.activeObjects))
    case .active: return .text("\(NumberFormat.count(cache.activeObjects))/\(NumberFormat.count(cache.totalObjects))")
    // Free objects of shared slabs are not those of one cache.
    case .use where isSharer: return .text("")
    case .use: return .text(NumberFormat.percent(cache.activeObjects, of: cache.totalObjects), useStyle(cache, theme))
    case .objectSize, .stride: return .text(String(column.count(of: cache)))
    case .orders:
      let parts = cache.slabsByOrder.enumerated().map { StackedBar.Part(Double($0.element), theme.orders[$0.offset]) }
      return cache.slabs == 0 || isSharer
        ? .text("") : .widget(StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome))
    case .slabMemory, .waste, .tails:
      let bytes = column.count(of: cache)
      return .text(NumberFormat.bytes(bytes), bytes == 0 ? theme[.dim] : .plain)
    case .growth:
      let bytes = names.reduce(0) { $0 + cacheRates.growth.growth(of: $1) }
      return .text(
        (bytes > 0 ? "+" : "") + NumberFormat.bytes(bytes),
        bytes == 0 ? theme[.dim] : theme[bytes > 0 ? .warning : .good])
    case .rate: return .text(NumberFormat.rate(cacheRates.allocations.rate(of: names)))
    case .trend:
      return .widget(
        RateSparkline(trend: cacheRates.allocations.trend(of: names), style: theme[.sparkline], glyphs: glyphs))
    case .slabs, .fallbacks:
      // The row of the pool shows the slabs.
      return .text(isSharer ? "" : NumberFormat.count(column.count(of: cache)))
    case .grown, .returned: return isSharer ? .text("") : optionalFigure(column, of: cache, theme)
    case .magazines: return .text(NumberFormat.count(column.count(of: cache)))
    case .refills, .flushes, .remote: return optionalFigure(column, of: cache, theme)
    case .full, .partial, .empty, .onCPUs, .packed, .free, .fragmentation, .reclaimable, .accounted, .kernel:
      return isSharer ? .text("") : optionalFigure(column, of: cache, theme)
    case .contended:
      guard !isSharer, let acquired = cache.lockAcquisitions else { return .text(isSharer ? "" : "-", theme[.dim]) }
      let contended = cache.lockContentions ?? 0
      return .text(
        "\(NumberFormat.count(contended))/\(NumberFormat.count(acquired))", contended == 0 ? theme[.dim] : .plain)
    case .failed:
      guard let failed = cache.failedAllocations else { return .text("-", theme[.dim]) }
      return .text(NumberFormat.count(failed), failed > 0 ? theme[.critical] : .plain)
    }
  }

  /// Returns the text of a figure, `-` if the source does not know it.
  private static func optionalFigure(_ column: CacheColumn, of cache: CacheSnapshot, _ theme: Theme) -> Table.Content {
    let value = column.value(of: cache, CacheRates())
    guard !value.isNaN else { return .text("-", theme[.dim]) }
    switch column {
    case .kernel: return .text(NumberFormat.bytes(Int(value)))
    case .free: return .text(NumberFormat.bytes(Int(value)), value == 0 ? theme[.dim] : .plain)
    case .fragmentation:
      let isRelevant = (cache.freeBytesInPartialSlabs ?? 0) >= 64 << 10
      let style = isRelevant && value >= 50 ? theme[.critical] : isRelevant && value >= 25 ? theme[.warning] : .plain
      return .text("\(Int(value.rounded()))%", style)
    case .reclaimable, .accounted: return .text(value == 1 ? "yes" : "no", value == 1 ? .plain : theme[.dim])
    default: return .text(NumberFormat.count(Int(value)))
    }
  }

  /// Returns a warning style for caches with little use, if they waste at least 64 KiB.
  private static func useStyle(_ cache: CacheSnapshot, _ theme: Theme) -> Style {
    guard cache.wasteBytes >= 64 << 10 else { return .plain }
    return cache.usePercent < 25 ? theme[.critical] : cache.usePercent < 50 ? theme[.warning] : .plain
  }
}
