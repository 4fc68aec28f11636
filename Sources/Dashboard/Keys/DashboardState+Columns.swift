import TerminalUI

/// Which columns the table has, and in which order.
extension DashboardState {
  /// All columns as the chooser lists them: those in the table first, in their order there.
  var allColumns: [CacheColumn] { columns + CacheColumn.allCases.filter { !columns.contains($0) } }

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
    // A table without the caches' names says nothing.
    if column != .name { columns.remove(at: index) }
  }

  /// - Returns: the column selected, wherever it is now.
  private mutating func move(_ column: CacheColumn, by distance: Int) -> ListSelection {
    if let index = columns.firstIndex(of: column), columns.indices.contains(index + distance) {
      columns.swapAt(index, index + distance)
    }
    return ListSelection(selected: allColumns.firstIndex(of: column) ?? 0)
  }
}
