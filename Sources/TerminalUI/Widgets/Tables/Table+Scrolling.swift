extension Table {
  /// Sideways scroll position of a table's columns, and the keys that change it.
  package struct ColumnScroll: Hashable, Sendable {
    /// Number of columns after the first that are hidden on the left. It is limited to ``Table/lastColumnOffset(in:)`` when
    /// the table is drawn.
    package var offset: Int
    /// Keys that scroll left and right, for the hint in the heading of the first column.
    package var left, right: String

    /// Creates a scroll position.
    package init(offset: Int, left: String, right: String) {
      (self.offset, self.left, self.right) = (offset, left, right)
    }
  }

  /// Returns the largest offset of the columns in a table of `width` cells: with it the last column is visible.
  package func lastColumnOffset(in width: Int) -> Int {
    guard let first = columns.first else { return 0 }
    var (used, offset) = (first.minimumWidth, columns.count - 1)
    while offset > 0, used + Self.gap + columns[offset].minimumWidth <= width {
      used += Self.gap + columns[offset].minimumWidth
      offset -= 1
    }
    // At least one column is visible beside the first, if there is one.
    return min(offset, max(0, columns.count - 2))
  }

  /// Returns the indices of the visible columns of a table that is scrolled sideways, from left to right.
  func visibleColumns(in width: Int, offset: Int) -> [Int] {
    guard let first = columns.first else { return [] }
    var (used, visible) = (first.minimumWidth, [0])
    for index in columns.indices.dropFirst(1 + min(max(0, offset), lastColumnOffset(in: width))) {
      guard used + Self.gap + columns[index].minimumWidth <= width else { break }
      used += Self.gap + columns[index].minimumWidth
      visible.append(index)
    }
    return visible
  }

  /// Returns how many columns are hidden on either side, with the keys that show them: `( 2+5 more )`. A shorter text without
  /// words, or an empty one, is returned if the text has no room.
  package func scrollHint(_ placements: [Placement], room: Int) -> String {
    guard let scroll, let next = placements.dropFirst().first, let last = placements.last else { return "" }
    let (before, after) = (next.column - 1, columns.count - 1 - last.column)
    guard before + after > 0 else { return "" }
    let counts = [before, after].filter { $0 > 0 }.map(String.init).joined(separator: "+")
    let (left, right) = (before > 0 ? scroll.left + " " : "", after > 0 ? " " + scroll.right : "")
    return ["\(left)\(counts) more\(right)", "\(left)\(counts)\(right)"].first { $0.displayWidth <= room } ?? ""
  }
}
