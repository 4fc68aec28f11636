import Telemetry
import TerminalUI

/// Shuffler page: costs and gains of the shuffler by cache: evacuated slabs, and slabs that were empty without it.
struct ShufflerPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the list of caches.
  static let columns: [PageColumn<MachineDetails.Shuffling.Entry>] = [
    PageColumn(
      DefinedColumn(
        Table.Column("CACHE", width: 26, minimumWidth: 16, grows: true), "Cache whose slabs were examined."),
      text: \.cache),
    PageColumn(
      DefinedColumn(Table.Column("MOVED", width: 8, alignment: .trailing), "Objects moved to other slabs."),
      count: \.objectsMoved),
    PageColumn(
      DefinedColumn(
        Table.Column("BYTES", width: NumberFormat.bytesWidth, alignment: .trailing), "Bytes of the moved objects."),
      bytes: \.bytesMoved),
    PageColumn(
      DefinedColumn(
        Table.Column("EVACUATED", width: 10, alignment: .trailing), "Slabs emptied by moving their objects."),
      count: \.slabsEvacuated),
    PageColumn(
      DefinedColumn(
        Table.Column("PINNED", width: 7, alignment: .trailing),
        "Slabs that could not be evacuated because an object was not movable."),
      number: { Double($0.slabsPinned) }
    ) { entry, theme, _ in
      .text(NumberFormat.count(entry.slabsPinned), entry.slabsPinned > 0 ? theme[.warning] : theme[.dim])
    },
    PageColumn(
      DefinedColumn(
        Table.Column("EVAC. PAGES", width: 12, alignment: .trailing), "Pages reclaimed from evacuated slabs."),
      number: { Double($0.pagesEvacuated) }
    ) { entry, theme, _ in
      .text(NumberFormat.count(entry.pagesEvacuated), entry.pagesEvacuated > 0 ? theme[.good] : theme[.dim])
    },
    PageColumn(
      DefinedColumn(
        Table.Column("EMPTY PAGES", width: 12, alignment: .trailing),
        "Pages reclaimed from slabs that were empty without an object being moved."), count: \.pagesOfEmptySlabs),
    PageColumn(
      DefinedColumn(Table.Column("TIME", width: 9, alignment: .trailing, hidingOrder: 1), "CPU time of the shuffler."),
      number: { Double($0.nanoseconds) / 1000 }
    ) { entry, _, _ in .text(NumberFormat.duration(microseconds: entry.nanoseconds / 1000)) },
  ]

  func placedLists(in rect: Rect) -> [PlacedList] {
    guard let shuffling = state.details.shuffling else { return [] }
    let entries = shuffling.entries.sorted { ($1.pagesOfEmptySlabs, $0.cache) < ($0.pagesOfEmptySlabs, $1.cache) }
    let table = PageTable(
      id: .shuffledCaches, columns: ShufflerPanel.columns, rows: entries, defaultColumn: "EVAC. PAGES",
      identity: \.cache, name: \.cache, cache: \.cache, detail: { .slabs($0.cache) })
    let view = ListView(
      list: table.list(state.listState(.shuffledCaches)), title: ShufflerPanel.summary(of: shuffling),
      emptyText: "No slabs were examined yet", isFocused: true, theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: rect)]
  }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let lists = placedLists(in: rect)
    guard !lists.isEmpty else {
      return canvas.draw(
        "The shuffler is off: S starts it", in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim],
        ellipsis: glyphs.ellipsis)
    }
    for list in lists { canvas.draw(list.view, in: list.rect) }
  }

  /// Returns totals: objects moved and pages reclaimed by evacuation, and pages of slabs that were empty without it.
  private static func summary(of shuffling: MachineDetails.Shuffling) -> String {
    let entries = shuffling.entries
    let (evacuated, empty) = entries.reduce((0, 0)) { ($0.0 + $1.pagesEvacuated, $0.1 + $1.pagesOfEmptySlabs) }
    let bytes = entries.reduce(0) { $0 + $1.bytesMoved }
    let time = entries.reduce(0) { $0 + $1.nanoseconds }
    var text = "\(NumberFormat.count(shuffling.rounds)) rounds in \(time / 1_000_000) ms: "
    if entries.allSatisfy({ $0.objectsMoved == 0 && $0.slabsPinned == 0 }) {
      text += "no object moved (the policy has no movable cache, or no slab is sparse)"
    } else {
      text += "evacuation moved \(NumberFormat.bytes(bytes)) and reclaimed \(NumberFormat.count(evacuated)) pages"
      if evacuated > 0 { text += " (\(NumberFormat.bytes(bytes / evacuated)) per page)" }
    }
    return text
      + "; \(NumberFormat.count(empty)) pages of empty slabs; "
      + "\(NumberFormat.count(shuffling.pagesReleased)) released"
  }
}
