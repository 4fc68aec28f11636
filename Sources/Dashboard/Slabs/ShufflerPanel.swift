import Telemetry
import TerminalUI

/// The shuffler's account: evacuation, which moves objects, apart from slabs that were empty without that.
struct ShufflerPanel: Widget {
  let shuffling: MachineDetails.Shuffling?
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    guard let shuffling else {
      return canvas.draw(
        "slabs are not shuffled: S starts that", in: rect.row(rect.height / 2), alignment: .center, style: theme[.dim],
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
      columns: [
        Table.Column("CACHE", width: 26, minimumWidth: 16, grows: true),
        Table.Column("MOVED", width: 8, alignment: .trailing), Table.Column("BYTES", width: 8, alignment: .trailing),
        Table.Column("EVACUATED", width: 10, alignment: .trailing),
        Table.Column("KEPT", width: 6, alignment: .trailing),
        Table.Column("FREED PAGES", width: 12, alignment: .trailing),
        Table.Column("EMPTY PAGES", width: 12, alignment: .trailing),
        Table.Column("TIME", width: 9, alignment: .trailing, hidingOrder: 1),
      ],
      rowCount: entries.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let entry = entries[index]
      return [
        .text(entry.cache), .text(Figures.count(entry.objectsMoved)), .text(Figures.bytes(entry.bytesMoved)),
        .text(Figures.count(entry.slabsEvacuated)),
        .text(Figures.count(entry.slabsPinned), entry.slabsPinned > 0 ? theme[.warning] : theme[.dim]),
        .text(Figures.count(entry.pagesEvacuated), entry.pagesEvacuated > 0 ? theme[.good] : theme[.dim]),
        .text(Figures.count(entry.pagesOfEmptySlabs)),
        .text(Figures.duration(microseconds: entry.nanoseconds / 1000)),
      ]
    }
    canvas.draw(table, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: max(0, rect.height - 1)))
  }

  /// What evacuation moved and freed, which is nothing if no cache is movable, and what was returned without it.
  private static func summary(of shuffling: MachineDetails.Shuffling) -> String {
    let entries = shuffling.entries
    let (evacuated, empty) = entries.reduce((0, 0)) { ($0.0 + $1.pagesEvacuated, $0.1 + $1.pagesOfEmptySlabs) }
    let bytes = entries.reduce(0) { $0 + $1.bytesMoved }
    let time = entries.reduce(0) { $0 + $1.nanoseconds }
    var text = " \(Figures.count(shuffling.rounds)) rounds in \(time / 1_000_000) ms: "
    if entries.allSatisfy({ $0.objectsMoved == 0 && $0.slabsPinned == 0 }) {
      text += "no object moved (the policy names no movable cache, or none is sparse)"
    } else {
      text += "evacuation moved \(Figures.bytes(bytes)) and freed \(Figures.count(evacuated)) pages"
      if evacuated > 0 { text += " (\(Figures.bytes(bytes / evacuated)) a page)" }
    }
    return text
      + "; \(Figures.count(empty)) pages of empty slabs; the system got \(Figures.count(shuffling.pagesReleased))"
  }
}
