import Telemetry
public import TerminalUI

/// Draws a dashboard's state on a canvas.
public enum DashboardView {
  /// The whole screen.
  /// - Complexity: O(cells + caches x log caches + slabs of the selected cache).
  public static func draw(_ state: DashboardState, theme: Theme, glyphs: GlyphSet) -> Canvas {
    var canvas = Canvas(size: state.size, filledWith: Cell(" ", style: theme[.text]))
    let smallest = DashboardState.smallestSize
    guard state.size.width >= smallest.width, state.size.height >= smallest.height else {
      drawTooSmall(state.size, theme, on: &canvas)
      return canvas
    }
    let layout = DashboardLayout(state.size)
    canvas.draw(HeaderPanel(state: state, theme: theme, glyphs: glyphs), in: layout.header)
    canvas.draw(CacheTablePanel(state: state, theme: theme, glyphs: glyphs), in: layout.table)
    if state.status.isHost {
      let free = state.snapshot?.pageBlocksFreeByOrder ?? []
      let panel = HostPanel(cache: state.selected, freeBlocks: free, theme: theme, glyphs: glyphs)
      canvas.draw(panel, in: layout.slabMap)
    } else {
      canvas.draw(SlabMapPanel(cache: state.selected, theme: theme, glyphs: glyphs), in: layout.slabMap)
    }
    canvas.draw(FootPanel(state: state, theme: theme, glyphs: glyphs), in: layout.keyBar)
    if case .help(let offset) = state.mode {
      let help = HelpPanel(workloads: state.status.workloads, theme: theme, glyphs: glyphs).popup(offset: offset)
      canvas.draw(help, in: help.frame(in: canvas.bounds.inset(horizontal: 2, vertical: 1)))
    }
    return canvas
  }

  private static func drawTooSmall(_ size: Size, _ theme: Theme, on canvas: inout Canvas) {
    let smallest = DashboardState.smallestSize
    let lines = [
      "window too small:", "\(size.width)x\(size.height), need \(smallest.width)x\(smallest.height)", "q quits",
    ]
    let top = max(0, (size.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where top + index < size.height {
      canvas.draw(line, in: canvas.bounds.row(top + index), alignment: .center, style: theme[.warning], ellipsis: ".")
    }
  }
}
