import TerminalUI

/// Lines of the column chooser and its cursor. The lines keep their order while the chooser is open, and the cursor is kept until it
/// is opened again.
struct ColumnChooser: Sendable, Hashable {
  /// All columns: those of the table in its order, with the hidden columns behind or between them.
  var order: [CacheColumn] = []
  /// Column that is selected.
  var cursor = CacheColumn.name
}

/// Choice, order and sideways scrolling of the table's columns.
extension DashboardState {
  /// Opens the column chooser at the column that was selected last.
  mutating func openColumnChooser() {
    // A table with the columns of the last choice keeps the order of the hidden columns too.
    if chooser.order.filter(columns.contains) != columns { listAllColumns() }
    _ = select(chooser.cursor, from: ListSelection())
  }

  /// Handles a key while columns are being chosen.
  mutating func chooseColumn(_ key: Key, _ selection: ListSelection) -> [DashboardEffect] {
    var selection = selection
    let column = chooser.order[selection.selected]
    let count = chooser.order.count
    switch key {
    case .down, .character("j"): selection.move(by: 1, rowCount: count)
    case .up, .character("k"): selection.move(by: -1, rowCount: count)
    case .pageDown: selection.move(by: 10, rowCount: count)
    case .pageUp: selection.move(by: -10, rowCount: count)
    case .home, .character("g"): selection.select(0, rowCount: count)
    case .end, .character("G"): selection.select(count, rowCount: count)
    case .character(" "), .enter: toggle(column)
    case .left, .character("<"), .character(","):
      move(column, by: -1)
      return select(column, from: selection)
    case .right, .character(">"), .character("."):
      move(column, by: 1)
      return select(column, from: selection)
    case .character("r"):
      columns = standardColumns
      listAllColumns()
      return select(column, from: selection)
    case .character("?"):
      mode = .explaining(index: terms.firstIndex { $0.term == column.title } ?? 0, isInChooser: true)
      return []
    case .function(10): return [.quit]
    default:
      mode = .browsing
      return scroll()
    }
    return select(chooser.order[selection.selected], from: selection)
  }

  /// Selects the line of a column in the chooser and scrolls to it.
  private mutating func select(_ column: CacheColumn, from selection: ListSelection) -> [DashboardEffect] {
    chooser.cursor = column
    var selection = selection
    selection.select(chooser.order.firstIndex(of: column) ?? 0, rowCount: chooser.order.count)
    mode = .columns(selection.scrolled(rowCount: chooser.order.count, height: max(1, size.height - 4)))
    return []
  }

  private mutating func listAllColumns() {
    chooser.order = columns + CacheColumn.allCases.filter { !columns.contains($0) }
  }

  private mutating func toggle(_ column: CacheColumn) {
    if !columns.contains(column) {
      columns = chooser.order.filter { columns.contains($0) || $0 == column }
    } else if column != .name {
      // The name column cannot be removed.
      columns.removeAll { $0 == column }
    }
  }

  /// Moves a column of the table past its neighbour. The name column remains the first.
  private mutating func move(_ column: CacheColumn, by distance: Int) {
    guard column != .name, let index = columns.firstIndex(of: column) else { return }
    guard columns.indices.contains(index + distance), columns[index + distance] != .name else { return }
    let neighbour = columns[index + distance]
    columns.swapAt(index, index + distance)
    chooser.order.removeAll { $0 == column }
    let place = chooser.order.firstIndex(of: neighbour) ?? 0
    chooser.order.insert(column, at: distance > 0 ? place + 1 : place)
  }

  // MARK: Scrolling

  /// Scrolls the columns of the cache table sideways, at most until the last column is visible.
  mutating func scrollColumns(by distance: Int) {
    let table = CacheTablePanel.table(of: self, theme: .monochrome, glyphs: .ascii)
    let last = table.lastColumnOffset(in: layout.table.width)
    firstColumn = min(max(0, min(firstColumn, last) + distance), last)
    if last == 0 { notice = ("All columns are visible; O adds more", false) }
  }

  /// Scrolls the columns as little as needed to make a column visible.
  mutating func scrollColumns(to column: CacheColumn) {
    guard let index = columns.firstIndex(of: column), index > 0 else { return }
    if index - 1 < firstColumn { firstColumn = index - 1 }
    while firstColumn < index - 1 {
      let table = CacheTablePanel.table(of: self, theme: .monochrome, glyphs: .ascii)
      if table.placements(in: layout.table.width).contains(where: { $0.column == index }) { return }
      firstColumn += 1
    }
  }
}
