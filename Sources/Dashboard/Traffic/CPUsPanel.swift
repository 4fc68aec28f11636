import Telemetry
import TerminalUI

/// Which CPU frees what which other allocated, as a heat map; and the free objects in per-CPU caches (an engine's magazines, a
/// kernel's CPU slabs, CPU partial lists and sheaves), by cache.
struct CPUsPanel: Widget {
  let freesByCPU: [[Int]]
  /// Why they are not known yet, in words.
  let notice: String?
  let caches: [CacheSnapshot]
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    // The matrix has a row a CPU; what it doesn't need is the magazines'.
    let lines = rect.height >= 3 * freesByCPU.count + 16 ? 3 : rect.height >= 2 * freesByCPU.count + 16 ? 2 : 1
    let needed = max(1, freesByCPU.count * lines) + (freesByCPU.isEmpty ? 2 : 5)
    let rows = rect.rows(rect.height >= needed + 5 ? [.fixed(needed), .share(1)] : [.share(1)])
    drawMatrix(on: &canvas, in: rows[0])
    if rows.count > 1 { drawMagazines(on: &canvas, in: rows[1]) }
  }

  private func drawMagazines(on canvas: inout Canvas, in rect: Rect) {
    let rows = caches.filter { ($0.refills ?? 0) + ($0.flushes ?? 0) + $0.objectsInMagazines > 0 }.sorted {
      ($1.objectsInMagazines * $1.stride, $0.name) < ($0.objectsInMagazines * $0.stride, $1.name)
    }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("PER-CPU CACHE OF", width: 26, minimumWidth: 18, grows: true),
        Table.Column("ROUNDS", width: 7, alignment: .trailing),
        Table.Column("FREE OBJECTS", width: 13, alignment: .trailing),
        Table.Column("BYTES", width: 8, alignment: .trailing), Table.Column("REFILLS", width: 8, alignment: .trailing),
        Table.Column("FLUSHES", width: 8, alignment: .trailing),
        Table.Column("ALLOCS A REFILL", width: 16, alignment: .trailing, hidingOrder: 1),
        Table.Column("SENT HOME", width: 10, alignment: .trailing, hidingOrder: 2),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let cache = rows[index]
      return [
        .text(cache.name), .text(cache.magazineCapacity == 0 ? "-" : String(cache.magazineCapacity)),
        .text(Figures.count(cache.objectsInMagazines)), .text(Figures.bytes(cache.objectsInMagazines * cache.stride)),
        .text(Figures.count(cache.refills)), .text(Figures.count(cache.flushes)),
        .text(Figures.count(CPUsPanel.allocationsPerRefill(cache))),
        .text(Figures.count(cache.remoteFreesReturned)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  private static func allocationsPerRefill(_ cache: CacheSnapshot) -> Int? {
    guard let refills = cache.refills, refills > 0 else { return nil }
    return cache.allocations.map { $0 / refills }
  }

  private func drawMatrix(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "allocated on (row), freed on (column)", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard !freesByCPU.isEmpty else {
      return canvas.draw(
        notice ?? "Nothing was freed yet, or this program was built without data capture.", in: inside.row(0),
        alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let all = freesByCPU.reduce(0) { $0 + $1.reduce(0, +) }
    let own = freesByCPU.indices.reduce(0) { $0 + freesByCPU[$1][$1] }
    let most = Double(freesByCPU.flatMap { $0 }.max() ?? 1)
    canvas.draw(
      "freed on another CPU: \(Figures.percent(all - own, of: all)) of \(Figures.count(all))", at: inside.origin,
      style: theme[.text], maxWidth: inside.width)
    let labels = 8
    let width = max(3, min(14, (inside.width - 2 * labels) / max(1, freesByCPU.count)))
    let height = max(1, min(3, (inside.height - 3) / max(1, freesByCPU.count)))
    for freed in freesByCPU.indices {
      let place = Point(x: inside.minX + labels + freed * width, y: inside.minY + 2)
      canvas.draw("\(freed)", at: place, style: theme[.header], maxWidth: width - 1)
    }
    canvas.draw(
      "all", at: Point(x: inside.minX + labels + freesByCPU.count * width, y: inside.minY + 2), style: theme[.header])
    for (row, counts) in freesByCPU.enumerated() {
      let y = inside.minY + 3 + row * height
      guard y < inside.maxY else { break }
      canvas.draw("cpu \(row)", at: Point(x: inside.minX, y: y), style: theme[.header])
      for (column, count) in counts.enumerated() {
        let cell = Rect(
          x: inside.minX + labels + column * width, y: y, width: width - 1,
          height: max(1, height - (height > 2 ? 1 : 0)))
        guard cell.maxX <= inside.maxX else { break }
        drawHeat(count, of: most, isOwn: row == column, on: &canvas, in: cell)
      }
      let place = Point(x: inside.minX + labels + counts.count * width, y: y)
      canvas.draw(
        Figures.count(counts.reduce(0, +)), at: place, style: theme[.text], maxWidth: max(0, inside.maxX - place.x))
    }
  }

  /// How much passed from one CPU to another, by how dense the cell is; what stayed is of another colour than what crossed.
  private func drawHeat(_ count: Int, of most: Double, isOwn: Bool, on canvas: inout Canvas, in cell: Rect) {
    let text = count == 0 ? String(glyphs.separator) : Figures.count(count)
    // The root: what crosses is often a thousandth of what stays, and is to be seen all the same.
    let share = most > 0 ? (Double(count) / most).squareRoot() : 0
    let style = count == 0 ? theme[.dim] : theme[isOwn ? .good : .warning]
    let used = canvas.draw(text, at: cell.origin, style: style, maxWidth: cell.width)
    let room = cell.width - used - 1
    guard room > 0, count > 0 else { return }
    let filled = max(1, Int((share * Double(room)).rounded()))
    for y in cell.minY..<cell.maxY {
      canvas.draw(glyphs.full, count: filled, at: Point(x: cell.minX + used + 1, y: y), style: style)
    }
  }
}
