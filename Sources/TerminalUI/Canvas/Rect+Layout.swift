/// Length of one part of a split rectangle.
public enum Extent: Hashable, Sendable {
  /// Number of cells; fewer if the rectangle has not enough cells left.
  case fixed(Int)
  /// Weight of the part's share in the cells that the fixed parts leave.
  case share(Int)
}

extension Rect {
  /// Splits the rectangle into parts side by side, from left to right.
  ///
  /// If at least one part is a share, the parts cover the whole rectangle. If the rectangle is too small for the fixed
  /// parts, the last of them are shortened or empty.
  public func columns(_ extents: [Extent]) -> [Rect] {
    var x = minX
    return Self.lengths(extents, of: width).map { length in
      defer { x += length }
      return Rect(x: x, y: minY, width: length, height: height)
    }
  }

  /// Splits the rectangle into parts from top to bottom, by the rules of ``columns(_:)``.
  public func rows(_ extents: [Extent]) -> [Rect] {
    var y = minY
    return Self.lengths(extents, of: height).map { length in
      defer { y += length }
      return Rect(x: minX, y: y, width: width, height: length)
    }
  }

  /// Returns the length of each part in cells.
  private static func lengths(_ extents: [Extent], of total: Int) -> [Int] {
    var left = total
    var lengths = extents.map { extent in
      guard case .fixed(let length) = extent else { return 0 }
      let granted = min(max(0, length), left)
      left -= granted
      return granted
    }
    let weights = extents.map { extent in
      if case .share(let weight) = extent { Double(weight) } else { 0.0 }
    }
    for (index, share) in apportion(left, by: weights).enumerated() { lengths[index] += share }
    return lengths
  }
}
