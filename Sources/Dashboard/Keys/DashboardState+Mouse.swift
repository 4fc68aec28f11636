import TerminalUI

/// Clicks and the mouse wheel.
extension DashboardState {
  /// Handles an event of the mouse.
  mutating func handle(_ mouse: MouseEvent) -> [DashboardEffect] {
    switch (mode, mouse.action) {
    case (.browsing, .wheelUp): return perform(.move(-3))
    case (.browsing, .wheelDown): return perform(.move(3))
    case (.browsing, .press(.left)): return press(at: mouse.position)
    // In a popup the wheel acts as the arrow keys.
    case (_, .wheelUp): return (0..<3).flatMap { _ in update(.input(.key(.up))) }
    case (_, .wheelDown): return (0..<3).flatMap { _ in update(.input(.key(.down))) }
    default: return []
    }
  }

  private mutating func press(at point: Point) -> [DashboardEffect] {
    let layout = layout
    if layout.keyBar.contains(point), let action = FootPanel.action(at: point, of: self, in: layout.keyBar) {
      notice = nil
      return perform(action)
    }
    let tabs = layout.header.row(layout.header.height - 1)
    if let page = PageTabs(of: self).page(at: point, in: tabs) {
      return page == view ? [] : perform(.page(page))
    }
    return view == .caches ? press(at: point, inTable: layout.table) : pressList(at: point)
  }

  /// Selects a row; a second click on a pool unfolds or folds it. A click on a heading sorts by the column; a second one inverts the
  /// order.
  private mutating func press(at point: Point, inTable rect: Rect) -> [DashboardEffect] {
    let table = CacheTablePanel.table(of: self, theme: .monochrome, glyphs: .ascii)
    if let row = table.row(at: point, in: rect) {
      guard rows[row].id == selectedRow, case .pool = rows[row].kind else { return selectRow(row) }
      return perform(.fold)
    }
    guard let index = table.column(at: point, in: rect), columns[index].isSortable else { return [] }
    order.isInverted = columns[index] == order.column ? !order.isInverted : false
    order.column = columns[index]
    return updateRows()
  }
}
