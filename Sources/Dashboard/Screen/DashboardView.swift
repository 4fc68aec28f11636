import Telemetry
package import TerminalUI

/// Drawing of the dashboard: a pure function from its state to a canvas.
package enum DashboardView {
  /// Largest number of lines of a prompt or notice.
  private static let footLines = 4

  /// Draws the whole screen: the dashboard and, during the tour, the pane of the tour beside or below it.
  /// - Complexity: O(cells + n log n + slabs of the selected cache) for n caches.
  package static func draw(_ state: DashboardState, theme: Theme, glyphs: GlyphSet) -> Canvas {
    var live = drawLive(state, theme: theme, glyphs: glyphs)
    guard let tour = state.tour else { return live }
    let layout = TourLayout(state.terminalSize, hasTour: true)
    guard !layout.pane.isEmpty else { return live }
    ScreenMark(labels: tour.step.labels, glyphs: glyphs).draw(on: &live)
    var canvas = Canvas(size: state.terminalSize, filledWith: Cell(" ", style: theme[.text]))
    canvas.draw(live, at: layout.live.origin)
    canvas.draw(TourPanel(tour: tour, keys: state.keys, theme: theme, glyphs: glyphs), in: layout.pane)
    return canvas
  }

  /// Draws the dashboard without the pane of the tour.
  private static func drawLive(_ state: DashboardState, theme: Theme, glyphs: GlyphSet) -> Canvas {
    var canvas = Canvas(size: state.size, filledWith: Cell(" ", style: theme[.text]))
    let smallest = DashboardState.smallestSize
    guard state.size.width >= smallest.width, state.size.height >= smallest.height else {
      drawTooSmall(state.size, theme, on: &canvas)
      return canvas
    }
    let layout = state.layout
    canvas.draw(HeaderPanel(state: state, theme: theme, glyphs: glyphs), in: layout.header)
    canvas.draw(ActivityStrip(history: state.trends.activity, theme: theme, glyphs: glyphs), in: layout.strip)
    draw(state.view, of: state, layout, theme, glyphs, on: &canvas)
    drawPopup(state, theme, glyphs, on: &canvas)
    // Prompts and notices that need more than one line use those above the key bar.
    let foot = Rect(
      x: layout.keyBar.minX, y: layout.keyBar.maxY - DashboardView.footLines, width: layout.keyBar.width,
      height: DashboardView.footLines)
    canvas.draw(FootPanel(state: state, theme: theme, glyphs: glyphs), in: foot)
    return canvas
  }

  private static func draw(
    _ page: DashboardPage, of state: DashboardState, _ layout: DashboardLayout, _ theme: Theme, _ glyphs: GlyphSet,
    on canvas: inout Canvas
  ) {
    let body = layout.body
    if let refusal = state.status.source.refusal(of: page.requiredCapability) {
      let lines = TextWrapping.lines(of: refusal, width: body.width - 4)
      for (index, line) in lines.enumerated() where body.height / 2 + index < body.height {
        canvas.draw(
          line, in: body.row(body.height / 2 + index), alignment: .center, style: theme[.dim],
          ellipsis: glyphs.ellipsis)
      }
      return
    }
    guard page != .caches else { return drawCaches(state, layout, theme, glyphs, on: &canvas) }
    if let panel = panel(of: page, state, theme, glyphs) { canvas.draw(panel, in: body) }
  }

  /// Returns the panel of a page; nil for the caches, which have several panels.
  private static func panel(
    of page: DashboardPage, _ state: DashboardState, _ theme: Theme, _ glyphs: GlyphSet
  ) -> (any Widget)? {
    switch page {
    case .caches: nil
    case .slabs: SlabsPanel(state: state, theme: theme, glyphs: glyphs)
    case .pages: PagesPanel(state: state, theme: theme, glyphs: glyphs)
    case .ledger: LedgerPanel(of: state, theme: theme, glyphs: glyphs)
    case .sizes: SizesPanel(state: state, theme: theme, glyphs: glyphs)
    case .generalCaches: GeneralCachesPanel(state: state, theme: theme, glyphs: glyphs)
    case .sites: SitesPanel(state: state, theme: theme, glyphs: glyphs)
    case .cpus: CPUsPanel(state: state, theme: theme, glyphs: glyphs)
    case .growth: GrowthPanel(state: state, theme: theme, glyphs: glyphs)
    case .shuffler: ShufflerPanel(state: state, theme: theme, glyphs: glyphs)
    case .events: EventsPage(state: state, theme: theme, glyphs: glyphs)
    case .comparison: ComparisonPanel(state: state, theme: theme, glyphs: glyphs)
    }
  }

  /// Returns the lists of the page in view with their positions, from top to bottom; none for the caches and if the source lacks the
  /// figures of the page.
  static func placedLists(of state: DashboardState) -> [PlacedList] {
    guard state.status.source.refusal(of: state.view.requiredCapability) == nil else { return [] }
    let panel = panel(of: state.view, state, .monochrome, .ascii)
    return (panel as? any ListPage)?.placedLists(in: state.layout.body) ?? []
  }

  private static func drawCaches(
    _ state: DashboardState, _ layout: DashboardLayout, _ theme: Theme, _ glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    canvas.draw(CacheTablePanel(state: state, theme: theme, glyphs: glyphs), in: layout.table)
    for placed in layout.panes { draw(placed.pane, of: state, theme, glyphs, on: &canvas, in: placed.rect) }
  }

  private static func draw(
    _ pane: Pane, of state: DashboardState, _ theme: Theme, _ glyphs: GlyphSet, on canvas: inout Canvas, in rect: Rect
  ) {
    switch pane {
    case .map where !state.hasSlabMap:
      canvas.draw(HostPanel(of: state, theme: theme, glyphs: glyphs), in: rect)
    case .map:
      canvas.draw(SlabMapPanel(of: state, theme: theme, glyphs: glyphs), in: rect)
    case .occupancy:
      let panel = OccupancyPanel(
        cache: state.selected, problem: state.snapshot?.occupancyProblem, isPast: state.isPast, theme: theme,
        glyphs: glyphs)
      canvas.draw(panel, in: rect)
    case .ledger: canvas.draw(LedgerPanel(of: state, theme: theme, glyphs: glyphs), in: rect)
    case .events: canvas.draw(EventsPanel(log: state.trends.events.log, theme: theme, glyphs: glyphs), in: rect)
    }
  }

  private static func drawPopup(
    _ state: DashboardState, _ theme: Theme, _ glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let bounds = canvas.bounds.inset(horizontal: 2, vertical: 1)
    switch state.mode {
    case .help(let offset):
      let help = HelpPanel(state: state, theme: theme, glyphs: glyphs).popup(offset: offset)
      canvas.draw(help, in: help.frame(in: bounds))
    case .explaining(let index, _):
      ExplanationPanel(terms: state.terms, index: index, theme: theme, glyphs: glyphs)
        .draw(on: &canvas, above: state.layout.keyBar)
    case .picking(let field, let selection):
      PickerPanel(
        title: "Workloads: type to filter, Enter plays, Esc cancel", key: { $0 < 10 ? "\(($0 + 1) % 10) " : "  " },
        entries: state.status.workloads, field: field, selection: selection, theme: theme, glyphs: glyphs
      ).draw(on: &canvas, in: bounds)
    case .commanding(let field, let selection):
      let commands = state.keys.commands
      let width = commands.map(\.label.count).max() ?? 0
      PickerPanel(
        title: "Commands: type to filter, Enter runs, Esc cancel",
        key: { commands[$0].label.padded(to: width + 2) }, entries: PickerPanel.entries(commands), field: field,
        selection: selection, keywords: commands.map(\.action.keywords), theme: theme, glyphs: glyphs
      ).draw(on: &canvas, in: bounds)
    case .columns(let selection):
      let popup = ColumnsPanel(state: state, selection: selection, theme: theme, glyphs: glyphs).popup
      canvas.draw(popup, in: popup.frame(in: bounds))
    case .detail(let list, let rowID, let offset):
      let text = state.detailText(list, rowID)
      let popup = RowDetailPanel(text: text, width: state.size.width, theme: theme, glyphs: glyphs).popup(
        offset: offset)
      canvas.draw(popup, in: popup.frame(in: bounds))
    default: break
    }
  }

  private static func drawTooSmall(_ size: Size, _ theme: Theme, on canvas: inout Canvas) {
    let smallest = DashboardState.smallestSize
    let lines = [
      "Window too small:", "\(size.width)x\(size.height), need \(smallest.width)x\(smallest.height)", "q quit",
    ]
    let top = max(0, (size.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where top + index < size.height {
      canvas.draw(line, in: canvas.bounds.row(top + index), alignment: .center, style: theme[.warning], ellipsis: ".")
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
