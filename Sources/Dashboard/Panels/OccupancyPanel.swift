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
    // Empty, tenths, full.
    var counts = [Int](repeating: 0, count: 12)
    for slab in slabs {
      counts[slab.occupancy == 0 ? 0 : slab.occupancy >= 1 ? 11 : 1 + min(9, Int(slab.occupancy * 10))] += 1
    }
    let most = Double(counts.max() ?? 1)
    for (index, count) in counts.enumerated().prefix(inside.height) {
      let label = index == 0 ? "empty" : index == 11 ? "full" : "\((index - 1) * 10)-\(index * 10) %"
      let style = index == 0 ? theme[.dim] : index < 4 ? theme[.critical] : index < 7 ? theme[.warning] : theme[.good]
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
