import Telemetry
import TerminalUI

/// Which CPU frees what which other allocated, as a heat map; and what CPUs keep in magazines, by cache.
struct CPUsPanel: Widget {
  let freesByCPU: [[Int]]
  let caches: [CacheSnapshot]
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    // The matrix has a row a CPU; what it doesn't need is the magazines'.
    let needed = max(1, freesByCPU.count) + (freesByCPU.isEmpty ? 2 : 5)
    let rows = rect.rows(rect.height >= needed + 5 ? [.fixed(needed), .share(1)] : [.share(1)])
    drawMatrix(on: &canvas, in: rows[0])
    if rows.count > 1 { drawMagazines(on: &canvas, in: rows[1]) }
  }

  private func drawMagazines(on canvas: inout Canvas, in rect: Rect) {
    let rows = caches.filter { $0.refills + $0.flushes + $0.objectsInMagazines > 0 }.sorted {
      ($1.objectsInMagazines * $1.stride, $0.name) < ($0.objectsInMagazines * $0.stride, $1.name)
    }
    let (theme, glyphs) = (theme, glyphs)
    let table = Table(
      columns: [
        Table.Column("MAGAZINES OF", width: 26, minimumWidth: 18, grows: true),
        Table.Column("ROUNDS", width: 7, alignment: .trailing),
        Table.Column("FREE IN THEM", width: 13, alignment: .trailing),
        Table.Column("BYTES", width: 8, alignment: .trailing), Table.Column("REFILLS", width: 8, alignment: .trailing),
        Table.Column("FLUSHES", width: 8, alignment: .trailing),
        Table.Column("ALLOCS A REFILL", width: 16, alignment: .trailing, priority: 1),
        Table.Column("SENT HOME", width: 10, alignment: .trailing, priority: 2),
      ],
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, selects: false)
    ) { index in
      let cache = rows[index]
      return [
        .text(cache.name), .text(String(cache.magazineCapacity)), .text(Figures.count(cache.objectsInMagazines)),
        .text(Figures.bytes(cache.objectsInMagazines * cache.stride)), .text(Figures.count(cache.refills)),
        .text(Figures.count(cache.flushes)),
        .text(cache.refills == 0 ? "-" : Figures.count(cache.allocations / cache.refills)),
        .text(Figures.count(cache.remoteFreesReturned)),
      ]
    }
    canvas.draw(table, in: rect)
  }

  private func drawMatrix(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "allocated on (row), freed on (column)", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard !freesByCPU.isEmpty else {
      return canvas.draw(
        "nothing was freed yet, or nobody counts: a host, an engine without data capture", in: inside.row(0),
        alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let all = freesByCPU.reduce(0) { $0 + $1.reduce(0, +) }
    let own = freesByCPU.indices.reduce(0) { $0 + freesByCPU[$1][$1] }
    let most = Double(freesByCPU.flatMap { $0 }.max() ?? 1)
    canvas.draw(
      "freed on another CPU: \(Figures.percent(all - own, of: all)) of \(Figures.count(all))", at: inside.origin,
      style: theme[.text], maxWidth: inside.width)
    let width = max(3, min(8, (inside.width - 8) / max(1, freesByCPU.count)))
    for freed in freesByCPU.indices {
      let place = Point(x: inside.minX + 8 + freed * width, y: inside.minY + 2)
      canvas.draw("\(freed)", at: place, style: theme[.header], maxWidth: width - 1)
    }
    for (row, counts) in freesByCPU.enumerated() where inside.minY + 3 + row < inside.maxY {
      let y = inside.minY + 3 + row
      canvas.draw("cpu \(row)", at: Point(x: inside.minX, y: y), style: theme[.header])
      for (column, count) in counts.enumerated() {
        let place = Point(x: inside.minX + 8 + column * width, y: y)
        guard place.x + width <= inside.maxX else { break }
        // Hot where much crosses: the palette of orders runs from cold to warm.
        let level = count == 0 ? 0 : 1 + Int(Double(count) / most * Double(theme.orders.count - 2))
        let text = width >= 6 ? Figures.count(count) : String(glyphs.level(Double(count) / most))
        canvas.draw(text, at: place, style: count == 0 ? theme[.dim] : theme.orders[level], maxWidth: width - 1)
      }
    }
  }
}
