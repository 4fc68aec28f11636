import TerminalUI

/// Where the panels lie on a screen of a given size.
struct DashboardLayout: Hashable {
  let header: Rect
  /// The table of caches; empty where another pane has its room.
  let table: Rect
  /// What lies beside it. What there is no room for is left out.
  let others: [PlacedPane]
  let keyBar: Rect
  /// All between the header and the keys: the table and the other panes together.
  let body: Rect

  /// A pane and its place.
  struct PlacedPane: Hashable {
    let pane: Pane
    let rect: Rect
  }

  /// From this width on, other panes lie to the right of the table.
  private static let wide = 150
  /// Rows that the table has room for even if there are fewer.
  private static let fewestRows = 8
  /// The least that a pane is worth drawing in.
  private static let smallestPane = Size(width: 50, height: 5)

  /// - Parameter rows: how many the table has: what it does not need, other panes get.
  init(_ size: Size, _ panes: Panes, rows tableRows: Int) {
    let screen = Rect(x: 0, y: 0, width: size.width, height: size.height)
    let headerHeight = size.height >= 24 && !panes.hidesLegend ? 6 : 4
    let bodyHeight = max(0, size.height - headerHeight - 1)
    let rows = screen.rows([.fixed(headerHeight), .fixed(bodyHeight), .fixed(1)])
    (header, body, keyBar) = (rows[0], rows[1], rows[2])
    let panesBeside = panes.others
    if panes.isExpanded, let first = panesBeside.first {
      table = Rect(x: body.minX, y: body.minY, width: body.width, height: 0)
      others = [PlacedPane(pane: first, rect: body)]
    } else if panesBeside.isEmpty {
      (table, others) = (body, [])
    } else if size.width >= DashboardLayout.wide {
      let columns = body.columns([.share(3), .fixed(1), .share(2)])
      table = columns[0]
      // There is more room than slabs need.
      let all = panes.preset == .standard && body.height >= 36 ? panesBeside + [.ledger, .events] : panesBeside
      let shown = all.prefix(max(1, body.height / DashboardLayout.smallestPane.height))
      others = zip(shown, columns[2].rows(shown.map { _ in .share(1) })).map(PlacedPane.init)
    } else {
      let lines = panesBeside.count > 2 ? 16 : 12
      let least = size.height >= 34 ? lines : size.height >= 24 ? 7 : 0
      // A few rows stay free, so that not each new cache moves everything.
      let spare = bodyHeight - max(DashboardLayout.fewestRows, (tableRows + 4) / 4 * 4) - 1
      let height = least == 0 ? 0 : max(least, spare)
      let parts = body.rows([.fixed(bodyHeight - height), .fixed(height)])
      table = parts[0]
      others = height == 0 ? [] : DashboardLayout.fill(parts[1], with: panesBeside)
    }
  }

  /// Panes beside each other as far as the width goes, in two rows where there is the height.
  private static func fill(_ rect: Rect, with panes: [Pane]) -> [PlacedPane] {
    let across = max(1, rect.width / smallestPane.width)
    let rows = panes.count > across && rect.height >= 3 * smallestPane.height ? 2 : 1
    let shown = Array(panes.prefix(across * rows))
    return zip(0..., rect.rows((0..<rows).map { _ in .share(1) })).flatMap { number, row in
      let part = shown.dropFirst(number * across).prefix(across)
      return zip(part, row.columns(part.map { _ in .share(1) })).map(PlacedPane.init)
    }
  }

  /// Rows of caches in view.
  var tableRows: Int { max(0, table.height - 1) }
}
