import TerminalUI

/// Where the panels lie on a screen of a given size.
struct DashboardLayout: Hashable {
  let header: Rect
  let table: Rect
  /// Empty where there is no room.
  let slabMap: Rect
  let keyBar: Rect
  /// All between the header and the keys: the table and the slab map together.
  let body: Rect

  /// From this width on, the slab map lies beside the table.
  private static let wide = 150

  init(_ size: Size) {
    let screen = Rect(x: 0, y: 0, width: size.width, height: size.height)
    let headerHeight = size.height >= 24 ? 6 : 4
    let bodyHeight = max(0, size.height - headerHeight - 1)
    let rows = screen.rows([.fixed(headerHeight), .fixed(bodyHeight), .fixed(1)])
    (header, body, keyBar) = (rows[0], rows[1], rows[2])
    if size.width >= DashboardLayout.wide {
      let columns = rows[1].columns([.share(3), .fixed(1), .share(2)])
      (table, slabMap) = (columns[0], columns[2])
    } else {
      let mapHeight = size.height >= 34 ? 12 : size.height >= 24 ? 7 : 0
      let parts = rows[1].rows([.fixed(bodyHeight - mapHeight), .fixed(mapHeight)])
      (table, slabMap) = (parts[0], parts[1])
    }
  }

  /// Rows of caches in view.
  var tableRows: Int { max(0, table.height - 1) }
}
