import Telemetry
import TerminalUI

/// The table of caches: the middle of the screen.
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
        ? "no cache holds anything yet" : "no cache matches \"\(state.filter)\"; Esc clears the filter"
      canvas.draw(text, in: rect.row(2), alignment: .center, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
  }

  /// The table as the state has it: also what says which row or heading was clicked.
  static func table(of state: DashboardState, theme: Theme, glyphs: GlyphSet) -> Table {
    let (rows, list, times, columns) = (state.rows, state.list, state.times, state.columns)
    let snapshot = state.snapshot ?? Snapshot()
    return Table(
      columns: columns.map(\.layout), rowCount: rows.count, selection: state.selection,
      sort: columns.firstIndex(of: state.order.column).map { Table.Sort(column: $0, ascending: state.order.ascends) },
      appearance: Table.Appearance(theme, glyphs: glyphs)
    ) { index in
      let cache = list.figures(of: rows[index], in: snapshot)
      guard rows[index].index != nil else {
        // A name that a merged cache also goes by: the kernel counts nothing under it.
        return columns.map { $0 == .name ? name(of: rows[index], state, theme, glyphs) : .text("") }
      }
      let names = list.names(of: rows[index], in: snapshot)
      return columns.map { column in
        column == .name
          ? name(of: rows[index], state, theme, glyphs)
          : content(column, of: cache, names, rows[index], times: times, theme: theme, glyphs: glyphs)
      }
    }
  }

  /// A cache's name, with how it belongs to the row above, or how many rows belong to it.
  private static func name(
    of row: CacheRow, _ state: DashboardState, _ theme: Theme, _ glyphs: GlyphSet
  ) -> Table.Content {
    let follows = row.name == state.followed ? [Span(" followed", theme[.accent])] : []
    switch row.kind {
    case .cache where follows.isEmpty: return .text(row.name)
    case .cache: return .spans([Span(row.name)] + follows)
    case .pool(let sharers, let isOpen):
      let words =
        state.status.source.has(.replay) ? " \(sharers) share" : " +\(sharers) \(sharers == 1 ? "name" : "names")"
      let mark = Span("\(isOpen ? glyphs.expanded : glyphs.collapsed) ", theme[.accent])
      return .spans([mark, Span(row.name), Span(words, theme[.dim])])
    case .sharer(let isLast):
      return .spans([Span("\(isLast ? glyphs.lastBranch : glyphs.branch) ", theme[.dim]), Span(row.name)] + follows)
    }
  }

  private static func content(
    _ column: CacheColumn, of cache: CacheSnapshot, _ names: [String], _ row: CacheRow, times: CacheTimes, theme: Theme,
    glyphs: GlyphSet
  ) -> Table.Content {
    let isSharer = row.id.isSharer
    switch column {
    case .name: return .text(cache.name)
    case .active where isSharer: return .text(Figures.count(cache.activeObjects))
    case .active: return .text("\(Figures.count(cache.activeObjects))/\(Figures.count(cache.totalObjects))")
    // What is free in slabs that caches share is free for each of them.
    case .use where isSharer: return .text("")
    case .use: return .text(Figures.percent(cache.activeObjects, of: cache.totalObjects), useStyle(cache, theme))
    case .objectSize, .stride: return .text(String(column.count(of: cache)))
    case .orders:
      let parts = cache.slabsByOrder.enumerated().map { StackedBar.Part(Double($0.element), theme.orders[$0.offset]) }
      return cache.slabs == 0 || isSharer
        ? .text("") : .widget(StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome))
    case .held, .waste, .tails:
      let bytes = column.count(of: cache)
      return .text(Figures.bytes(bytes), bytes == 0 ? theme[.dim] : .plain)
    case .growth:
      let bytes = names.reduce(0) { $0 + times.growth.growth(of: $1) }
      return .text(
        (bytes > 0 ? "+" : "") + Figures.bytes(bytes), bytes == 0 ? theme[.dim] : theme[bytes > 0 ? .warning : .good])
    case .rate: return .text(Figures.rate(times.rates.rate(of: names)))
    case .trend:
      return .widget(Sparkline(times.rates.trend(of: names), style: theme[.sparkline], glyphs: glyphs))
    case .slabs, .fallbacks:
      // Those of the pool stand above.
      return .text(isSharer ? "" : Figures.count(column.count(of: cache)))
    case .grown, .returned: return isSharer ? .text("") : optionalFigure(column, of: cache, theme)
    case .magazines: return .text(Figures.count(column.count(of: cache)))
    case .refills, .flushes, .remote: return optionalFigure(column, of: cache, theme)
    case .full, .partial, .empty, .onCPUs, .packed, .free, .lost, .reclaimable, .accounted, .kernel:
      return isSharer ? .text("") : optionalFigure(column, of: cache, theme)
    case .contended:
      guard !isSharer, let acquired = cache.lockAcquisitions else { return .text(isSharer ? "" : "-", theme[.dim]) }
      let contended = cache.lockContentions ?? 0
      return .text("\(Figures.count(contended))/\(Figures.count(acquired))", contended == 0 ? theme[.dim] : .plain)
    case .failed:
      guard let failed = cache.failedAllocations else { return .text("-", theme[.dim]) }
      return .text(Figures.count(failed), failed > 0 ? theme[.critical] : .plain)
    }
  }

  /// A figure that not every source knows.
  private static func optionalFigure(_ column: CacheColumn, of cache: CacheSnapshot, _ theme: Theme) -> Table.Content {
    let value = column.value(of: cache, CacheTimes())
    guard !value.isNaN else { return .text("-", theme[.dim]) }
    switch column {
    case .kernel: return .text(Figures.bytes(Int(value)))
    case .free: return .text(Figures.bytes(Int(value)), value == 0 ? theme[.dim] : .plain)
    case .lost:
      let isWorthIt = (cache.freeBytesInPartialSlabs ?? 0) >= 64 << 10
      let style = isWorthIt && value >= 50 ? theme[.critical] : isWorthIt && value >= 25 ? theme[.warning] : .plain
      return .text("\(Int(value.rounded()))%", style)
    case .reclaimable, .accounted: return .text(value == 1 ? "yes" : "no", value == 1 ? .plain : theme[.dim])
    default: return .text(Figures.count(Int(value)))
    }
  }

  /// Half empty slabs deserve a look, mostly empty ones a second one, where they are worth it.
  private static func useStyle(_ cache: CacheSnapshot, _ theme: Theme) -> Style {
    guard cache.wasteBytes >= 64 << 10 else { return .plain }
    return cache.usePercent < 25 ? theme[.critical] : cache.usePercent < 50 ? theme[.warning] : .plain
  }
}
