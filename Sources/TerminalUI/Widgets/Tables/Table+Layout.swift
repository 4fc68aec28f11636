extension Table {
  /// Position and width of a visible column.
  package struct Placement: Hashable, Sendable {
    /// Index of the column in ``Table/columns``.
    package let column: Int
    /// Distance from the left edge of the table, in cells.
    package let x: Int
    /// Width in cells.
    package let width: Int
  }

  /// Number of cells between two columns.
  static let gap = 1

  /// Returns the columns that are visible in a table of `width` cells, from left to right.
  ///
  /// Columns are admitted in ascending order of ``Column/hidingOrder``, those of equal order from left to right, until
  /// the first whose minimum width does not fit. The remaining cells widen columns to their preferred width, from left
  /// to right, and the cells that remain then are shared by the columns that grow. If the table is scrolled sideways, the
  /// first column and as many columns from the scroll position on as fit are admitted instead.
  package func placements(in width: Int) -> [Placement] {
    var widths: [Int: Int] = [:]
    var used = -Self.gap
    let byHidingOrder = columns.indices.sorted { (columns[$0].hidingOrder, $0) < (columns[$1].hidingOrder, $1) }
    let candidates = scroll.map { visibleColumns(in: width, offset: $0.offset) } ?? byHidingOrder
    for index in candidates {
      guard used + Self.gap + columns[index].minimumWidth <= width else { break }
      widths[index] = columns[index].minimumWidth
      used += Self.gap + columns[index].minimumWidth
    }

    let kept = widths.keys.sorted()
    for index in kept {
      let widening = min(columns[index].width - columns[index].minimumWidth, width - used)
      widths[index, default: 0] += widening
      used += widening
    }
    let growth = apportion(width - used, by: kept.map { columns[$0].grows ? 1 : 0 })

    var x = 0
    return zip(kept, growth).map { index, growth in
      let width = widths[index, default: 0] + growth
      defer { x += width + Self.gap }
      return Placement(column: index, x: x, width: width)
    }
  }

  /// Returns the index of the column whose heading is at `point` if the table is drawn into `rect`; nil if there is
  /// none.
  package func column(at point: Point, in rect: Rect) -> Int? {
    guard rect.row(0).contains(point) else { return nil }
    let x = point.x - rect.minX
    return placements(in: rect.width).first { $0.x <= x && x < $0.x + $0.width }?.column
  }

  /// Returns the index of the row at `point` if the table is drawn into `rect`; nil if there is none.
  package func row(at point: Point, in rect: Rect) -> Int? {
    let body = Self.body(of: rect)
    guard body.contains(point) else { return nil }
    let index = selection.scrolled(rowCount: rowCount, height: body.height).offset + point.y - body.minY
    return index < rowCount ? index : nil
  }

  /// Returns the rectangle of the rows, below the header, of a table drawn into `rect`. Its height is the number of
  /// visible rows.
  package static func body(of rect: Rect) -> Rect {
    Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1)
  }
}
