extension Table {
  /// A column that has found room.
  public struct Placement: Hashable, Sendable {
    /// Its index in ``Table/columns``.
    public let column: Int
    /// How far from the table's left it starts.
    public let x: Int
    /// The columns of the screen it has.
    public let width: Int
  }

  /// The columns between one column and the next.
  private static let gap = 1

  /// Which columns have room in `width`, and where.
  ///
  /// Columns come in by rising priority, those of one priority from the left, up to the first whose minimum does not fit. What is left
  /// then brings each up to its wish, from the left, and what is left after that goes to the columns that grow.
  public func placements(in width: Int) -> [Placement] {
    var widths: [Int: Int] = [:]
    var used = -Self.gap
    let byPriority = columns.indices.sorted { (columns[$0].priority, $0) < (columns[$1].priority, $1) }
    for index in byPriority {
      guard used + Self.gap + columns[index].minimumWidth <= width else { break }
      widths[index] = columns[index].minimumWidth
      used += Self.gap + columns[index].minimumWidth
    }

    let kept = widths.keys.sorted()
    for index in kept {
      let wish = min(columns[index].width - columns[index].minimumWidth, width - used)
      widths[index, default: 0] += wish
      used += wish
    }
    let growth = apportion(width - used, by: kept.map { columns[$0].grows ? 1 : 0 })

    var x = 0
    return zip(kept, growth).map { index, growth in
      let width = widths[index, default: 0] + growth
      defer { x += width + Self.gap }
      return Placement(column: index, x: x, width: width)
    }
  }

  /// The index of the column whose heading lies at `point`, if the table is drawn in `rect`.
  public func column(at point: Point, in rect: Rect) -> Int? {
    guard rect.row(0).contains(point) else { return nil }
    let x = point.x - rect.minX
    return placements(in: rect.width).first { $0.x <= x && x < $0.x + $0.width }?.column
  }

  /// The index of the row at `point`, if the table is drawn in `rect`.
  public func row(at point: Point, in rect: Rect) -> Int? {
    let body = Self.body(of: rect)
    guard body.contains(point) else { return nil }
    let index = selection.scrolled(rowCount: rowCount, height: body.height).offset + point.y - body.minY
    return index < rowCount ? index : nil
  }

  /// The rectangle of the rows, below the header, of a table in `rect`: its height is how many are in view.
  public static func body(of rect: Rect) -> Rect {
    Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1)
  }
}
