/// The extent of a canvas, of a rectangle or of the terminal, in cells.
public struct Size: Hashable, Sendable {
  /// The number of columns, never negative.
  public let width: Int
  /// The number of rows, never negative.
  public let height: Int

  /// A size of `width` columns by `height` rows; negative lengths count as none.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }
}
