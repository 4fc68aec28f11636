/// Position of a cell on a canvas: column `x` and row `y`. The top left cell is (0, 0).
public struct Point: Hashable, Sendable {
  /// Column, from 0 at the left.
  public var x: Int
  /// Row, from 0 at the top.
  public var y: Int

  /// Creates the position in column `x` of row `y`.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  /// Position of the top left cell.
  public static let zero = Point(x: 0, y: 0)
}
