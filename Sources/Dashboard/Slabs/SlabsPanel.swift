import Telemetry
import TerminalUI

/// Slabs page: the selected cache's slabs by occupancy, one by one, and the objects that pin the emptiest.
struct SlabsPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let pins = state.isPast ? [] : state.details.pinnedSlabs
    // The histogram has twelve rows.
    let top = min(14, rect.height / 2)
    let bottom = pins.isEmpty || rect.height < 24 ? 0 : min(pins.reduce(3) { $0 + $1.pins.count }, rect.height / 3)
    let rows = rect.rows([.fixed(top), .share(1), .fixed(bottom)])
    let cache = state.selected
    canvas.draw(
      OccupancyPanel(
        cache: cache, problem: state.snapshot?.occupancyProblem, isPast: state.isPast, theme: theme, glyphs: glyphs),
      in: rows[0])
    let isMapped = state.status.source.has(.slabMap) || cache?.occupancy != nil
    if isMapped {
      canvas.draw(SlabMapPanel(of: state, theme: theme, glyphs: glyphs), in: rows[1])
    } else {
      canvas.draw(HostPanel(of: state, theme: theme, glyphs: glyphs), in: rows[1])
    }
    if bottom > 0 { canvas.draw(PinsPanel(slabs: pins, theme: theme, glyphs: glyphs), in: rows[2]) }
  }
}
