import TerminalUI

/// Positions of the panels on a screen of a given size.
struct DashboardLayout: Hashable {
  let header: Rect
  /// Activity strip below the header; empty on other pages than that of the caches.
  let strip: Rect
  /// Cache table; empty if an expanded pane takes its place.
  let table: Rect
  /// Panes beside or below the table. Panes without room are left out.
  let panes: [PlacedPane]
  let keyBar: Rect
  /// Everything between the header, with the strip, and the key bar: the table and the panes.
  let body: Rect

  /// Pane and its position.
  struct PlacedPane: Hashable {
    let pane: Pane
    let rect: Rect
  }

  /// Smallest width of a screen with the panes to the right of the table instead of below it.
  private static let wide = 150
  /// Rows reserved for the table even if it has fewer.
  private static let fewestRows = 8
  /// Smallest size of a pane that is drawn.
  private static let smallestPane = Size(width: 50, height: 5)

  /// Lays out a screen.
  /// - Parameters:
  ///   - tableRows: Number of rows of the table. Panes get the height that the table does not need.
  ///   - stripHeight: Number of rows of the activity strip.
  init(_ size: Size, _ panes: Panes, rows tableRows: Int, stripHeight: Int = 0) {
    let screen = Rect(x: 0, y: 0, width: size.width, height: size.height)
    let headerHeight = size.height >= 24 && !panes.hidesLegend ? 6 : 4
    let bodyHeight = max(0, size.height - headerHeight - stripHeight - 1)
    let rows = screen.rows([.fixed(headerHeight), .fixed(stripHeight), .fixed(bodyHeight), .fixed(1)])
    (header, strip, body, keyBar) = (rows[0], rows[1], rows[2], rows[3])
    let panesBeside = panes.visiblePanes
    if panes.isExpanded, let first = panesBeside.first {
      table = Rect(x: body.minX, y: body.minY, width: body.width, height: 0)
      self.panes = [PlacedPane(pane: first, rect: body)]
    } else if panesBeside.isEmpty {
      (table, self.panes) = (body, [])
    } else if size.width >= DashboardLayout.wide {
      let columns = body.columns([.share(3), .fixed(1), .share(2)])
      table = columns[0]
      // The slab map does not need the whole height of a large screen.
      let all = panes.preset == .standard && body.height >= 36 ? panesBeside + [.ledger, .events] : panesBeside
      let shown = all.prefix(max(1, body.height / DashboardLayout.smallestPane.height))
      self.panes = zip(shown, columns[2].rows(shown.map { _ in .share(1) })).map(PlacedPane.init)
    } else {
      let lines = panesBeside.count > 2 ? 16 : 12
      let least = size.height >= 34 ? lines : size.height >= 24 ? 7 : 0
      // Spare rows keep the layout from changing with every new cache.
      let spare = bodyHeight - max(DashboardLayout.fewestRows, (tableRows + 4) / 4 * 4) - 1
      let height = least == 0 ? 0 : max(least, spare)
      let parts = body.rows([.fixed(bodyHeight - height), .fixed(height)])
      table = parts[0]
      self.panes = height == 0 ? [] : DashboardLayout.fill(parts[1], with: panesBeside)
    }
  }

  /// Places panes side by side, in two rows if one row has no room for all and the height allows it.
  private static func fill(_ rect: Rect, with panes: [Pane]) -> [PlacedPane] {
    let across = max(1, rect.width / smallestPane.width)
    let rows = panes.count > across && rect.height >= 3 * smallestPane.height ? 2 : 1
    let shown = Array(panes.prefix(across * rows))
    return zip(0..., rect.rows((0..<rows).map { _ in .share(1) })).flatMap { number, row in
      let part = shown.dropFirst(number * across).prefix(across)
      return zip(part, row.columns(part.map { _ in .share(1) })).map(PlacedPane.init)
    }
  }

  /// Number of visible rows of the cache table.
  var tableRows: Int { max(0, table.height - 1) }
}
