import Telemetry
import TerminalUI

/// Histogram of the selected cache's slabs by occupancy, in the manner of ::kmem_slabs of illumos.
struct OccupancyPanel: Widget {
  let cache: CacheSnapshot?
  /// Reason why the slabs of a kernel are not known; nil if they are.
  var problem: String?
  /// Whether the snapshot in view is a past one: slab maps are not recorded.
  var isPast = false
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(
      title: "Slabs by occupancy", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard let (parts, counts) = cache.flatMap({ OccupancyPanel.counts(of: $0, rows: inside.height) }) else {
      return canvas.draw(
        cache == nil
          ? "Select a cache to see its slabs"
          : problem
            ?? (isPast
              ? "The slab map of the past is not recorded; n returns to now"
              : cache?.sharesSlabs == true
                ? "The cache has no slabs of its own" : "The source does not know the slabs by occupancy"),
        in: inside.row(0), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis)
    }
    let most = Double(counts.max() ?? 1)
    for (index, count) in counts.enumerated().prefix(inside.height) {
      let (from, to) = ((index - 1) * 100 / parts, index * 100 / parts)
      let label = index == 0 ? "empty" : index > parts ? "full" : "\(from)-\(to) %"
      let style = index == 0 ? theme[.dim] : to <= 30 ? theme[.critical] : to <= 60 ? theme[.warning] : theme[.good]
      let figure = NumberFormat.count(count)
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

  /// Counts slabs by the share of their objects in use: empty, equal parts, full. The number of parts is what `rows` has room for,
  /// or eight if the cache has no finer figures.
  /// - Returns: The counts; nil if they are not known or the cache has no slabs.
  private static func counts(of cache: CacheSnapshot, rows: Int) -> (parts: Int, counts: [Int])? {
    let parts = rows >= 12 ? 10 : rows >= 7 ? 5 : max(1, min(4, rows - 2))
    var counts = [Int](repeating: 0, count: parts + 2)
    func add(_ objectsInUse: Int, of objects: Int, slabs: Int) {
      let part = objects == 0 ? 0 : 1 + min(parts - 1, objectsInUse * parts / objects)
      counts[objectsInUse <= 0 ? 0 : objectsInUse >= objects ? parts + 1 : part] += slabs
    }
    if let groups = cache.occupancy?.groups {
      for group in groups { add(group.objectsInUse, of: group.objects, slabs: group.slabs) }
    } else if let slabs = cache.slabMap {
      for slab in slabs { add(slab.objectsInUse, of: slab.objects, slabs: 1) }
    } else if let known = cache.slabsByOccupancy, rows >= known.count {
      return known.contains { $0 > 0 } ? (known.count - 2, known) : nil
    } else {
      return nil
    }
    return counts.contains { $0 > 0 } ? (parts, counts) : nil
  }
}
