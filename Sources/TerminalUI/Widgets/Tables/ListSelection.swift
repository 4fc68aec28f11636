/// Selected row and scroll position of a list.
package struct ListSelection: Hashable, Sendable {
  /// Index of the selected row.
  package private(set) var selected: Int
  /// Index of the first visible row.
  package private(set) var offset: Int

  /// Creates a selection of row `selected` in a list whose first visible row is `offset`.
  package init(selected: Int = 0, offset: Int = 0) {
    self.selected = selected
    self.offset = offset
  }

  /// Moves the selection by `distance` rows, but not beyond the ends of a list of `rowCount` rows.
  package mutating func move(by distance: Int, rowCount: Int) {
    select(selected + distance, rowCount: rowCount)
  }

  /// Selects row `index`, or the first or last row if `index` is out of range.
  package mutating func select(_ index: Int, rowCount: Int) {
    selected = min(max(0, index), max(0, rowCount - 1))
  }

  /// Returns the selection, limited to a list of `rowCount` rows and scrolled for a view of `height` rows so that the
  /// selected row is visible and no row of the view is empty while the list has more rows.
  package func scrolled(rowCount: Int, height: Int) -> ListSelection {
    var result = self
    result.select(selected, rowCount: rowCount)
    let last = max(0, rowCount - height)
    result.offset = min(max(offset, result.selected - max(1, height) + 1), result.selected, last)
    result.offset = max(0, result.offset)
    return result
  }
}
