import Telemetry
import TerminalUI

/// What shuffling moved, what that cost, and the pages that it earned.
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
    let entries = shuffling.entries.sorted { ($1.pagesEarned, $0.cache) < ($0.pagesEarned, $1.cache) }
    let pages = entries.reduce(0) { $0 + $1.pagesEarned }
    let time = entries.reduce(0) { $0 + $1.nanoseconds }
    let bytes = entries.reduce(0) { $0 + $1.bytesMoved }
    let perPage = pages == 0 ? "" : ", \(Figures.bytes(bytes / pages)) and \(time / pages / 1000) us a page"
    let summary =
      " \(Figures.count(shuffling.rounds)) rounds: \(Figures.bytes(bytes)) moved in \(time / 1_000_000) ms, "
      + "\(Figures.count(pages)) pages earned\(perPage); the system got \(Figures.count(shuffling.pagesToSystem)) pages"
    canvas.draw(summary, in: rect.row(0), alignment: .leading, style: theme[.accent], ellipsis: glyphs.ellipsis)
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("CACHE", width: 26, minimumWidth: 16, grows: true),
        Table.Column("MOVED", width: 8, alignment: .trailing), Table.Column("BYTES", width: 8, alignment: .trailing),
        Table.Column("EVACUATED", width: 10, alignment: .trailing),
        Table.Column("KEPT", width: 7, alignment: .trailing), Table.Column("PAGES", width: 8, alignment: .trailing),
        Table.Column("TIME", width: 9, alignment: .trailing, priority: 1),
      ],
      rowCount: entries.count, appearance: Table.Appearance(theme, glyphs: glyphs, selects: false)
    ) { index in
      let entry = entries[index]
      return [
        .text(entry.cache), .text(Figures.count(entry.objectsMoved)), .text(Figures.bytes(entry.bytesMoved)),
        .text(Figures.count(entry.slabsEvacuated)),
        .text(Figures.count(entry.slabsKept), entry.slabsKept > 0 ? theme[.warning] : theme[.dim]),
        .text(Figures.count(entry.pagesEarned), theme[.good]),
        .text(Figures.duration(microseconds: entry.nanoseconds / 1000)),
      ]
    }
    canvas.draw(table, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: max(0, rect.height - 1)))
  }
}
