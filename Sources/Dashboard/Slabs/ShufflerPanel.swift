import Telemetry
import TerminalUI

/// Costs and gains of the shuffler by cache: evacuated slabs, and slabs that were empty without it.
struct ShufflerPanel: Widget {
  let shuffling: MachineDetails.Shuffling?
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of caches.
  static let columns = [
    DefinedColumn(Table.Column("CACHE", width: 26, minimumWidth: 16, grows: true), "Cache whose slabs were examined."),
    DefinedColumn(Table.Column("MOVED", width: 8, alignment: .trailing), "Objects moved to other slabs."),
    DefinedColumn(Table.Column("BYTES", width: 8, alignment: .trailing), "Bytes of the moved objects."),
    DefinedColumn(Table.Column("EVACUATED", width: 10, alignment: .trailing), "Slabs emptied by moving their objects."),
    DefinedColumn(
      Table.Column("PINNED", width: 7, alignment: .trailing),
      "Slabs that could not be evacuated because an object was not movable."),
    DefinedColumn(
      Table.Column("EVAC. PAGES", width: 12, alignment: .trailing), "Pages reclaimed from evacuated slabs."),
    DefinedColumn(
      Table.Column("EMPTY PAGES", width: 12, alignment: .trailing),
      "Pages reclaimed from slabs that were empty without an object being moved."),
    DefinedColumn(Table.Column("TIME", width: 9, alignment: .trailing, hidingOrder: 1), "CPU time of the shuffler."),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let shuffling else {
      return canvas.draw(
        "The shuffler is off: S starts it", in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim],
        ellipsis: glyphs.ellipsis)
    }
    let entries = shuffling.entries.sorted {
      ($1.pagesEvacuated, $1.pagesOfEmptySlabs, $0.cache) < ($0.pagesEvacuated, $0.pagesOfEmptySlabs, $1.cache)
    }
    canvas.draw(
      ShufflerPanel.summary(of: shuffling), in: rect.row(0), alignment: .leading, style: theme[.accent],
      ellipsis: glyphs.ellipsis)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: ShufflerPanel.columns.map(\.column),
      rowCount: entries.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let entry = entries[index]
      return [
        .text(entry.cache), .text(NumberFormat.count(entry.objectsMoved)), .text(NumberFormat.bytes(entry.bytesMoved)),
        .text(NumberFormat.count(entry.slabsEvacuated)),
        .text(NumberFormat.count(entry.slabsPinned), entry.slabsPinned > 0 ? theme[.warning] : theme[.dim]),
        .text(NumberFormat.count(entry.pagesEvacuated), entry.pagesEvacuated > 0 ? theme[.good] : theme[.dim]),
        .text(NumberFormat.count(entry.pagesOfEmptySlabs)),
        .text(NumberFormat.duration(microseconds: entry.nanoseconds / 1000)),
      ]
    }
    canvas.draw(table, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: max(0, rect.height - 1)))
  }

  /// Returns totals: objects moved and pages reclaimed by evacuation, and pages of slabs that were empty without it.
  private static func summary(of shuffling: MachineDetails.Shuffling) -> String {
    let entries = shuffling.entries
    let (evacuated, empty) = entries.reduce((0, 0)) { ($0.0 + $1.pagesEvacuated, $0.1 + $1.pagesOfEmptySlabs) }
    let bytes = entries.reduce(0) { $0 + $1.bytesMoved }
    let time = entries.reduce(0) { $0 + $1.nanoseconds }
    var text = " \(NumberFormat.count(shuffling.rounds)) rounds in \(time / 1_000_000) ms: "
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
