extension TextTable {
  /// Alignment and width of a column. A width is a number of characters and includes the space that separates the column
  /// from its neighbour: on the right of a column that is aligned left, on the left of one that is aligned right.
  package enum Column: Sendable {
    /// Cells are aligned left. A cell of `width` or more characters ends in an ellipsis, or else moves the rest of its line to
    /// the right.
    case left(_ width: Int, truncates: Bool = true)
    /// Cells are aligned right. A cell of `width` or more characters moves the rest of its line to the right.
    case right(_ width: Int)
    /// Cells of any length in the last column, aligned left, `gap` spaces after the previous column.
    case remark(gap: Int = 2)

    /// Returns the cell with its spaces.
    func text(of cell: String) -> String {
      switch self {
      case .left(let width, truncates: true) where cell.count >= width: String(cell.prefix(max(0, width - 2))) + "… "
      case .left(let width, _): cell + Column.spaces(max(0, width - cell.count))
      case .right(let width): Column.spaces(max(1, width - cell.count)) + cell
      case .remark(let gap): Column.spaces(gap) + cell
      }
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
  }
}
