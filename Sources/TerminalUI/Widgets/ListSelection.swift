/// Which row of a list is selected and which is the first in view: part of a screen's state.
public struct ListSelection: Hashable, Sendable {
  /// The index of the selected row.
  public private(set) var selected: Int
  /// The index of the first row in view.
  public private(set) var offset: Int

  /// The row `selected` selected, and `offset` the first in view.
  public init(selected: Int = 0, offset: Int = 0) {
    self.selected = selected
    self.offset = offset
  }

  /// Moves the selection by `distance` rows, stopping at the ends of a list of `rowCount` rows.
  public mutating func move(by distance: Int, rowCount: Int) {
    select(selected + distance, rowCount: rowCount)
  }

  /// Selects row `index`, or the end that it lies beyond.
  public mutating func select(_ index: Int, rowCount: Int) {
    selected = min(max(0, index), max(0, rowCount - 1))
  }

  /// The selection as `height` rows show it: within the list, the selected row in view, and no room wasted below the last.
  public func scrolled(rowCount: Int, height: Int) -> ListSelection {
    var result = self
    result.select(selected, rowCount: rowCount)
    let last = max(0, rowCount - height)
    result.offset = min(max(offset, result.selected - max(1, height) + 1), result.selected, last)
    result.offset = max(0, result.offset)
    return result
  }
}
