import Profiles
import Telemetry
import TerminalUI

/// Call sites page: live bytes, growth, requested bytes, rounding and lifetimes by call site.
struct SitesPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the list of call sites.
  static let columns: [PageColumn<CallSiteRow>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("CALL SITE", width: 28, minimumWidth: 18, grows: true), "Function that allocates the objects."),
      text: \.name),
    PageColumn(
      DefinedColumn(
        Table.Column("LIVE", width: NumberFormat.bytesWidth, alignment: .trailing),
        "Allocated bytes of the live objects."), bytes: \.figures.liveBytes),
    .growth(\.growthBytes),
    PageColumn(
      DefinedColumn(Table.Column("ALLOCS", width: 8, alignment: .trailing), "Objects allocated at the call site."),
      count: \.figures.allocObjects),
    PageColumn(
      DefinedColumn(
        Table.Column("REQUESTED", width: 10, alignment: .trailing), "Bytes requested by all allocations so far."),
      bytes: \.figures.requestedBytes),
    PageColumn(
      DefinedColumn(
        Table.Column("ROUNDING", width: 9, alignment: .trailing, hidingOrder: 1),
        "Internal fragmentation: percentage of the allocated bytes that was not requested."),
      number: { $0.figures.allocBytes == 0 ? nil : $0.figures.fragmentation * 100 }
    ) { row, _, _ in
      .text(NumberFormat.percent(row.figures.allocBytes - row.figures.requestedBytes, of: row.figures.allocBytes))
    },
    .liveOverTime(\.curve),
    PageColumn(
      DefinedColumn(
        Table.Column("MEDIAN LIFE", width: 12, alignment: .trailing, hidingOrder: 3),
        "Median lifetime of the freed objects, rounded down to a power of two."),
      number: { $0.figures.lifetimes.medianMicroseconds.map(Double.init) }
    ) { row, _, _ in .text(row.figures.lifetimes.medianMicroseconds.map(NumberFormat.duration(microseconds:)) ?? "-") },
    PageColumn(
      DefinedColumn(
        Table.Column("FREED", width: 8, alignment: .trailing, hidingOrder: 4), "Objects freed, without unseen frees."),
      count: \.figures.freeObjects),
    PageColumn(
      DefinedColumn(
        Table.Column("UNSEEN FREES", width: 13, alignment: .trailing, hidingOrder: 5),
        "Objects that ended without a recorded free: their address was allocated again, or the replay began anew."),
      count: \.figures.unseenFrees),
    PageColumn(
      DefinedColumn(
        Table.Column("REMOTE FREES", width: 13, alignment: .trailing, hidingOrder: 6),
        "Percentage of the frees on another CPU than that of the allocation."),
      number: { $0.figures.freeObjects == 0 ? nil : $0.figures.remoteShare * 100 }
    ) { row, _, _ in .text(NumberFormat.percent(row.figures.remoteFrees, of: row.figures.freeObjects)) },
    PageColumn(
      drawing: DefinedColumn(
        Table.Column("LIFETIMES, 1 us TO 1 min", width: 27, minimumWidth: 20, hidingOrder: 7),
        "Freed objects by lifetime; each step doubles the lifetime.")
    ) { row, theme, glyphs in
      let buckets = row.figures.lifetimes.buckets
      // Lifetimes of less than a microsecond are in the first column.
      let shown = (1...27).map { bucket in
        Double((bucket == 1 ? buckets.first ?? 0 : 0) + (buckets.indices.contains(bucket) ? buckets[bucket] : 0))
      }
      return .widget(Sparkline(shown, style: theme[.sparkline], glyphs: glyphs))
    },
  ]

  func placedLists(in rect: Rect) -> [PlacedList] {
    let (traffic, slabs) = (state.traffic, state.details.pinnedSlabs)
    let table = PageTable(
      id: .sites, columns: SitesPanel.columns, rows: traffic?.sites ?? [], defaultColumn: "REQUESTED",
      identity: \.name, name: \.name,
      detail: { row in
        .text(
          traffic.map {
            row.text(in: $0.profile, since: $0.baselineTime, slabs: slabs, caches: state.snapshot?.caches ?? [])
          }
            ?? RowText(title: row.name, lines: []))
      })
    let view = ListView(
      list: table.list(state.listState(.sites)),
      title: "Call sites" + (state.siteBaselineText.map { "; growth \($0)" } ?? "")
        + state.scalingNote("live, freed, lifetimes"),
      emptyText: state.emptyProfileText, isFocused: true, theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: rect)]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }
}
