import Telemetry
import TerminalUI

/// Which CPU frees what which other allocated, as a heat map.
struct CPUsPanel: Widget {
  let freesByCPU: [[Int]]
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
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
