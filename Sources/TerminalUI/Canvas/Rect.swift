/// Rectangle of cells.
public struct Rect: Hashable, Sendable {
  /// Position of the top left cell.
  public var origin: Point
  /// Number of columns and rows.
  public var size: Size

  /// Creates a rectangle of `size` whose top left cell is at `origin`.
  public init(origin: Point = .zero, size: Size) {
    self.origin = origin
    self.size = size
  }

  /// Creates a rectangle of `width` columns by `height` rows whose top left cell is at (`x`, `y`). A negative length is
  /// treated as 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
  }

  /// Leftmost column.
  public var minX: Int { origin.x }
  /// Topmost row.
  public var minY: Int { origin.y }
  /// First column to the right of the rectangle.
  public var maxX: Int { origin.x + size.width }
  /// First row below the rectangle.
  public var maxY: Int { origin.y + size.height }
  /// Number of columns.
  public var width: Int { size.width }
  /// Number of rows.
  public var height: Int { size.height }
  /// Whether the rectangle has no cells.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// Returns whether the rectangle contains the cell at `point`.
  public func contains(_ point: Point) -> Bool {
    minX <= point.x && point.x < maxX && minY <= point.y && point.y < maxY
  }

  /// Returns the rectangle of the cells that both rectangles contain; empty if there are none.
  public func intersection(_ other: Rect) -> Rect {
    let x = max(minX, other.minX)
    let y = max(minY, other.minY)
    return Rect(x: x, y: y, width: min(maxX, other.maxX) - x, height: min(maxY, other.maxY) - y)
  }

  /// Returns the rectangle without `horizontal` columns at each side and without `vertical` rows at the top and at the
  /// bottom.
  public func inset(horizontal: Int = 0, vertical: Int = 0) -> Rect {
    Rect(x: minX + horizontal, y: minY + vertical, width: width - 2 * horizontal, height: height - 2 * vertical)
  }

  /// Returns row `index` of the rectangle as a rectangle one row high; empty if there is no such row.
  public func row(_ index: Int) -> Rect {
    let row = Rect(x: minX, y: minY + index, width: width, height: 1)
    return row.intersection(self)
  }

  /// Returns a rectangle of `size`, reduced to the size of this rectangle if it is larger, centred in this rectangle.
  public func centered(_ size: Size) -> Rect {
    let width = min(size.width, self.width)
    let height = min(size.height, self.height)
    return Rect(
      x: minX + (self.width - width) / 2, y: minY + (self.height - height) / 2, width: width, height: height)
  }
}
