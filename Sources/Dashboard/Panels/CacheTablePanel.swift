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
    let (rows, rates, columns) = (state.rows, state.rates, CacheColumn.allCases)
    return Table(
      columns: columns.map(\.layout), rowCount: rows.count, selection: state.selection,
      sort: Table.Sort(
        column: state.sortColumn.rawValue, ascending: state.sortColumn.ascendsByDefault != state.isInverted),
      appearance: Table.Appearance(theme, glyphs: glyphs)
    ) { index in
      columns.map { content($0, of: rows[index], rates: rates, theme: theme, glyphs: glyphs) }
    }
  }

  private static func content(
    _ column: CacheColumn, of cache: CacheSnapshot, rates: RateHistory, theme: Theme, glyphs: GlyphSet
  ) -> Table.Content {
    switch column {
    case .name: return .text(cache.name)
    case .active: return .text("\(Figures.count(cache.activeObjects))/\(Figures.count(cache.totalObjects))")
    case .use: return .text(Figures.percent(cache.activeObjects, of: cache.totalObjects), useStyle(cache, theme))
    case .objectSize: return .text(String(cache.objectSize))
    case .slabs: return .text(Figures.count(cache.slabs))
    case .orders:
      let parts = cache.slabsByOrder.enumerated().map { StackedBar.Part(Double($0.element), theme.orders[$0.offset]) }
      return cache.slabs == 0 ? .text("") : .widget(StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome))
    case .held: return .text(Figures.bytes(cache.slabBytes))
    case .waste: return .text(Figures.bytes(cache.wasteBytes), cache.wasteBytes == 0 ? theme[.dim] : .plain)
    case .rate: return .text(Figures.rate(rates.rate(of: cache.name)))
    case .trend:
      return .widget(Sparkline(rates.allocations[cache.name] ?? [], style: theme[.sparkline], glyphs: glyphs))
    }
  }

  /// Half empty slabs deserve a look, mostly empty ones a second one, unless there is but one of them.
  private static func useStyle(_ cache: CacheSnapshot, _ theme: Theme) -> Style {
    guard cache.slabs > 1 else { return .plain }
    return cache.usePercent < 25 ? theme[.critical] : cache.usePercent < 50 ? theme[.warning] : .plain
  }
}
