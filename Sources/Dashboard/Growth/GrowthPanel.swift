import Telemetry
import TerminalUI

/// Growth page: what grew between the mark and the moment in view, by cache and by call site.
struct GrowthPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of both lists.
  /// - Parameters:
  ///   - name: Heading of the names, with its definition.
  ///   - after: Heading of the bytes at the later moment, with its definition.
  private static func columns(
    _ name: (title: String, definition: String), _ after: (title: String, definition: String)
  ) -> [PageColumn<GrowthRow>] {
    [
      PageColumn(
        DefinedColumn(Table.Column(name.title, width: 28, minimumWidth: 18, grows: true), name.definition), text: \.name
      ),
      .growth(\.bytes),
      PageColumn(
        DefinedColumn(
          Table.Column("GROWTH/s", width: NumberFormat.bytesWidth + 1, alignment: .trailing),
          "Growth in bytes per second between the two times."),
        number: \.bytesPerSecond
      ) { row, theme, _ in
        guard let rate = row.bytesPerSecond else { return .text("-", theme[.dim]) }
        return .text(NumberFormat.signed(Int(rate.rounded()), NumberFormat.bytes))
      },
      PageColumn(
        DefinedColumn(
          Table.Column("SHARE", width: 6, alignment: .trailing), "Percentage of the growth of all rows that grew."),
        number: \.percent
      ) { row, theme, _ in
        row.percent.map { .text("\(Int($0.rounded()))%") } ?? .text("-", theme[.dim])
      },
      PageColumn(
        DefinedColumn(
          Table.Column("OBJECTS", width: 9, alignment: .trailing), "Growth of the number of live objects."),
        number: { $0.objects.map(Double.init) }
      ) { row, theme, _ in
        row.objects.map { .text(NumberFormat.signed($0, NumberFormat.count)) } ?? .text("-", theme[.dim])
      },
      PageColumn(
        DefinedColumn(
          Table.Column(after.title, width: NumberFormat.bytesWidth + 1, alignment: .trailing), after.definition),
        bytes: \.bytesAfter),
    ]
  }

  /// Columns of the list of caches.
  static let cacheColumns = columns(
    ("CACHE", "Cache that grew or shrank."), ("SLAB MEM", "Bytes of the slabs of the cache at the later time."))
  /// Columns of the list of call sites.
  static let siteColumns = columns(
    ("CALL SITE", "Function whose live objects grew or shrank."),
    ("LIVE", "Allocated bytes of the live objects at the time in view."))

  /// Smallest height of a list with its title and heading.
  private static let fewestRows = 4

  func placedLists(in rect: Rect) -> [PlacedList] {
    let hasBoth = rect.height >= 2 * GrowthPanel.fewestRows
    let focused = state.focusedList(of: .growth, default: .grownCaches)
    guard hasBoth else {
      return [PlacedList(view: focused == .grownCaches ? caches(true) : sites(true), rect: rect)]
    }
    let parts = rect.rows([.share(1), .share(1)])
    return [
      PlacedList(view: caches(focused == .grownCaches), rect: parts[0]),
      PlacedList(view: sites(focused != .grownCaches), rect: parts[1]),
    ]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  private func caches(_ isFocused: Bool) -> ListView {
    let growth = state.cacheGrowth
    let table = PageTable(
      id: .grownCaches, columns: GrowthPanel.cacheColumns, rows: growth.rows, defaultColumn: "GROWTH",
      identity: \.name, name: \.name, cache: \.name, detail: { .cacheTable($0.name) })
    let bytes = NumberFormat.signed(growth.bytes, NumberFormat.bytes)
    return ListView(
      list: table.list(state.listState(.grownCaches)),
      title: "Caches: \(bytes) of slab memory \(state.growthTimes ?? "")",
      emptyText: "No cache grew or shrank", isFocused: isFocused, theme: theme, glyphs: glyphs)
  }

  private func sites(_ isFocused: Bool) -> ListView {
    let (growth, traffic, slabs) = (state.siteGrowth, state.traffic, state.details.pinnedSlabs)
    let table = PageTable(
      id: .grownSites, columns: GrowthPanel.siteColumns, rows: growth?.rows ?? [], defaultColumn: "GROWTH",
      identity: \.name, name: \.name,
      detail: { row in
        guard let traffic, let site = traffic.sites.first(where: { $0.name == row.name }) else {
          return .text(
            RowText(title: row.name, lines: [.sentence("The call site has no allocation up to the time in view.")]))
        }
        return .text(
          site.text(
            in: traffic.profile, since: traffic.baselineTime, slabs: slabs, caches: state.snapshot?.caches ?? []))
      })
    var title = "Call sites"
    if let growth, let baseline = state.siteBaselineText {
      title += ": \(NumberFormat.signed(growth.bytes, NumberFormat.bytes)) of live objects \(baseline)"
    }
    title += state.scalingNote("live objects")
    return ListView(
      list: table.list(state.listState(.grownSites)), title: title,
      emptyText: growth == nil ? state.emptyProfileText : "No call site has more or fewer live objects than before",
      isFocused: isFocused, theme: theme, glyphs: glyphs)
  }
}
