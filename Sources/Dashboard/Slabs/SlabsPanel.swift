import Telemetry
import TerminalUI

/// Slabs page: the selected cache's slabs by occupancy, one by one, and the objects that pin the emptiest.
struct SlabsPanel: ListPage {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let rows = parts(of: rect)
    let cache = state.selected
    canvas.draw(
      OccupancyPanel(
        cache: cache, problem: state.snapshot?.occupancyProblem, isPast: state.isPast, theme: theme, glyphs: glyphs),
      in: rows[0])
    if state.hasSlabMap {
      canvas.draw(SlabMapPanel(of: state, theme: theme, glyphs: glyphs), in: rows[1])
    } else {
      canvas.draw(HostPanel(of: state, theme: theme, glyphs: glyphs), in: rows[1])
    }
    for list in placedLists(in: rect) { canvas.draw(list.view, in: list.rect) }
  }

  func placedLists(in rect: Rect) -> [PlacedList] {
    let bottom = parts(of: rect)[2]
    guard bottom.height > 0 else { return [] }
    let view = PinsPanel.view(of: pins, state.listState(.pins), theme: theme, glyphs: glyphs)
    return [PlacedList(view: view, rect: bottom)]
  }

  private var pins: [MachineDetails.PinnedSlab] { state.isPast ? [] : state.details.pinnedSlabs }

  /// Returns the rectangles of the histogram, the slab map and the list of objects; the last is empty if the list has no room or no
  /// rows.
  private func parts(of rect: Rect) -> [Rect] {
    // The histogram has twelve rows.
    let top = min(14, rect.height / 2)
    let bottom = pins.isEmpty || rect.height < 24 ? 0 : min(pins.reduce(3) { $0 + $1.pins.count }, rect.height / 3)
    return rect.rows([.fixed(top), .share(1), .fixed(bottom)])
  }
}

extension DashboardState {
  /// Whether the slabs of the selected cache can be drawn. Those of the running kernel are known by occupancy, or, on the slabs page,
  /// by the objects that a watch follows.
  var hasSlabMap: Bool {
    guard let selected else { return status.source.has(.slabMap) }
    if selected.occupancy != nil { return true }
    return status.source.has(.slabMap) && (status.watch == nil || selected.slabMap != nil)
  }
}
