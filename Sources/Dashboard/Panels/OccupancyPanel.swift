import Telemetry
import TerminalUI

/// How full the selected cache's slabs are, as illumos's ::kmem_slabs prints it.
struct OccupancyPanel: Widget {
  let cache: CacheSnapshot?
  /// Whether the moment in view is past: maps are not kept.
  var isPast = false
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "slabs by how full they are", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard let slabs = cache?.slabMap, !slabs.isEmpty else {
      return canvas.draw(
        cache == nil
          ? "select a cache to see its slabs"
          : isPast ? "the map of slabs is not kept for the past" : "it holds no slab of its own", in: inside.row(0),
        alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    // Empty, equal parts, full: as many parts as there are rows for.
    let parts = inside.height >= 12 ? 10 : inside.height >= 7 ? 5 : max(1, min(4, inside.height - 2))
    var counts = [Int](repeating: 0, count: parts + 2)
    for slab in slabs {
      let part = 1 + min(parts - 1, Int(slab.occupancy * Double(parts)))
      counts[slab.occupancy == 0 ? 0 : slab.occupancy >= 1 ? parts + 1 : part] += 1
    }
    let most = Double(counts.max() ?? 1)
    for (index, count) in counts.enumerated().prefix(inside.height) {
      let (from, to) = ((index - 1) * 100 / parts, index * 100 / parts)
      let label = index == 0 ? "empty" : index > parts ? "full" : "\(from)-\(to) %"
      let style = index == 0 ? theme[.dim] : to <= 30 ? theme[.critical] : to <= 60 ? theme[.warning] : theme[.good]
      let figure = Figures.count(count)
      let text =
        label + String(repeating: " ", count: max(1, 10 - label.count))
        + String(repeating: " ", count: max(0, 6 - figure.count))
        + figure + "  "
      let used = canvas.draw(text, at: inside.row(index).origin, style: theme[.text], maxWidth: inside.width)
      let width = Int((Double(count) / most * Double(max(0, inside.width - used))).rounded())
      let bar = String(repeating: glyphs.full, count: count > 0 ? max(1, width) : 0)
      canvas.draw(
        bar, at: Point(x: inside.minX + used, y: inside.minY + index), style: style, maxWidth: inside.width - used)
    }
  }
}
