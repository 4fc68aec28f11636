import Telemetry
import TerminalUI

/// CPUs page: a heat map of objects by allocating and freeing CPU, and the free objects in per-CPU caches (magazines of an engine;
/// CPU slabs, CPU partial lists and sheaves of a kernel) by cache.
struct CPUsPanel: Widget {
  let freesByCPU: [[Int]]
  /// Reason why the counts are not known yet; nil if they are.
  let notice: String?
  let caches: [CacheSnapshot]
  let theme: Theme
  let glyphs: GlyphSet

  /// Columns of the table of per-CPU caches.
  static let columns = [
    DefinedColumn(
      Table.Column("PER-CPU CACHE OF", width: 26, minimumWidth: 18, grows: true), "Cache that the objects belong to."),
    DefinedColumn(.magazineCapacity, width: 9),
    DefinedColumn(
      Table.Column("FREE OBJECTS", width: 13, alignment: .trailing), Figure.objectsInMagazines.definition),
    DefinedColumn(Table.Column("BYTES", width: 8, alignment: .trailing), "Bytes of the free objects."),
    DefinedColumn(.refills, width: 8), DefinedColumn(.flushes, width: 8),
    DefinedColumn(
      Table.Column("ALLOCS/REFILL", width: 14, alignment: .trailing, hidingOrder: 1),
      "Objects allocated per refill: the larger, the fewer slabs are touched."),
    DefinedColumn(
      Table.Column("REMOTE FREES", width: 13, alignment: .trailing, hidingOrder: 2), Figure.remoteFrees.definition),
  ]

  func draw(on canvas: inout Canvas, in rect: Rect) {
    // The heat map has a row per CPU; the table gets the remaining rows.
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
      columns: CPUsPanel.columns.map(\.column),
      rowCount: rows.count, appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: false)
    ) { index in
      let cache = rows[index]
      return [
        .text(cache.name), .text(cache.magazineCapacity == 0 ? "-" : String(cache.magazineCapacity)),
        .text(NumberFormat.count(cache.objectsInMagazines)),
        .text(NumberFormat.bytes(cache.objectsInMagazines * cache.stride)),
        .text(NumberFormat.count(cache.refills)), .text(NumberFormat.count(cache.flushes)),
        .text(NumberFormat.count(CPUsPanel.allocationsPerRefill(cache))),
        .text(NumberFormat.count(cache.remoteFreesReturned)),
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
      title: "Allocated on (row), freed on (column)", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard !freesByCPU.isEmpty else {
      return canvas.draw(
        notice ?? "No object was freed yet, or this program was built without data capture.", in: inside.row(0),
        alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let all = freesByCPU.reduce(0) { $0 + $1.reduce(0, +) }
    let own = freesByCPU.indices.reduce(0) { $0 + freesByCPU[$1][$1] }
    let most = Double(freesByCPU.flatMap { $0 }.max() ?? 1)
    canvas.draw(
      "Freed on another CPU: \(NumberFormat.percent(all - own, of: all)) of \(NumberFormat.count(all))",
      at: inside.origin,
      style: theme[.text], maxWidth: inside.width)
    let labelWidth = 8
    let width = max(3, min(14, (inside.width - 2 * labelWidth) / max(1, freesByCPU.count)))
    let height = max(1, min(3, (inside.height - 3) / max(1, freesByCPU.count)))
    for freed in freesByCPU.indices {
      let place = Point(x: inside.minX + labelWidth + freed * width, y: inside.minY + 2)
      canvas.draw("\(freed)", at: place, style: theme[.header], maxWidth: width - 1)
    }
    canvas.draw(
      "all", at: Point(x: inside.minX + labelWidth + freesByCPU.count * width, y: inside.minY + 2),
      style: theme[.header])
    for (row, counts) in freesByCPU.enumerated() {
      let y = inside.minY + 3 + row * height
      guard y < inside.maxY else { break }
      canvas.draw("cpu \(row)", at: Point(x: inside.minX, y: y), style: theme[.header])
      for (column, count) in counts.enumerated() {
        let cell = Rect(
          x: inside.minX + labelWidth + column * width, y: y, width: width - 1,
          height: max(1, height - (height > 2 ? 1 : 0)))
        guard cell.maxX <= inside.maxX else { break }
        drawHeat(count, of: most, isOwn: row == column, on: &canvas, in: cell)
      }
      let place = Point(x: inside.minX + labelWidth + counts.count * width, y: y)
      canvas.draw(
        NumberFormat.count(counts.reduce(0, +)), at: place, style: theme[.text], maxWidth: max(0, inside.maxX - place.x)
      )
    }
  }

  /// Draws a count with a bar in proportion to it. Local frees and remote frees have different colours.
  private func drawHeat(_ count: Int, of most: Double, isOwn: Bool, on canvas: inout Canvas, in cell: Rect) {
    let text = count == 0 ? String(glyphs.separator) : NumberFormat.count(count)
    // The square root keeps remote frees visible, which are often a thousandth of the local ones.
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
