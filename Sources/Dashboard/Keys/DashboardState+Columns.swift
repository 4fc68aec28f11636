import TerminalUI

/// Choice and order of the table's columns.
extension DashboardState {
  /// All columns in the order of the chooser: those of the table first.
  var allColumns: [CacheColumn] { columns + CacheColumn.allCases.filter { !columns.contains($0) } }

  /// Handles a key while columns are being chosen.
  mutating func chooseColumn(_ key: Key, _ selection: ListSelection) -> [DashboardEffect] {
    let all = allColumns
    var selection = selection
    let column = all[selection.selected]
    switch key {
    case .down, .character("j"): selection.move(by: 1, rowCount: all.count)
    case .up, .character("k"): selection.move(by: -1, rowCount: all.count)
    case .pageDown: selection.move(by: 10, rowCount: all.count)
    case .pageUp: selection.move(by: -10, rowCount: all.count)
    case .home, .character("g"): selection.select(0, rowCount: all.count)
    case .end, .character("G"): selection.select(all.count, rowCount: all.count)
    case .character(" "), .enter:
      toggle(column)
      selection = ListSelection(selected: allColumns.firstIndex(of: column) ?? 0)
    case .left, .character("<"), .character(","): selection = move(column, by: -1)
    case .right, .character(">"), .character("."): selection = move(column, by: 1)
    case .character("r"): columns = standardColumns
    case .function(10): return [.quit]
    default:
      mode = .browsing
      return scroll()
    }
    mode = .columns(selection.scrolled(rowCount: all.count, height: max(1, size.height - 4)))
    return []
  }

  private mutating func toggle(_ column: CacheColumn) {
    guard let index = columns.firstIndex(of: column) else { return columns.append(column) }
    // The name column cannot be removed.
    if column != .name { columns.remove(at: index) }
  }

  /// Moves a column within the table.
  /// - Returns: The selection of the column at its new position.
  private mutating func move(_ column: CacheColumn, by distance: Int) -> ListSelection {
    if let index = columns.firstIndex(of: column), columns.indices.contains(index + distance) {
      columns.swapAt(index, index + distance)
    }
    return ListSelection(selected: allColumns.firstIndex(of: column) ?? 0)
  }
}
