/// A cell's place on a canvas: column `x` and row `y`, both counted from the top left corner, which is (0, 0).
public struct Point: Hashable, Sendable {
  /// The column, from 0 at the left.
  public var x: Int
  /// The row, from 0 at the top.
  public var y: Int

  /// The point in column `x` of row `y`.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  /// The top left corner of a canvas.
  public static let zero = Point(x: 0, y: 0)
}
