/// Size of a canvas, a rectangle or the terminal, in cells.
public struct Size: Hashable, Sendable {
  /// Number of columns, never negative.
  public let width: Int
  /// Number of rows, never negative.
  public let height: Int

  /// Creates a size of `width` columns by `height` rows. A negative length is treated as 0.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }
}
