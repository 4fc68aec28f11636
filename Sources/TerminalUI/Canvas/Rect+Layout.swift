/// How long one part of a split rectangle is to be.
public enum Extent: Hashable, Sendable {
  /// So many cells, as long as there are any left.
  case fixed(Int)
  /// A share, in proportion to its weight, of what the fixed parts leave.
  case share(Int)
}

extension Rect {
  /// Splits the rectangle into parts beside each other, from the left.
  ///
  /// The parts cover the rectangle exactly if one of them is a share. Where there is not enough room, fixed parts are
  /// served in order and the last ones come out short or empty.
  public func columns(_ extents: [Extent]) -> [Rect] {
    var x = minX
    return Self.lengths(extents, of: width).map { length in
      defer { x += length }
      return Rect(x: x, y: minY, width: length, height: height)
    }
  }

  /// Splits the rectangle into parts below each other, from the top, as ``columns(_:)`` does from the left.
  public func rows(_ extents: [Extent]) -> [Rect] {
    var y = minY
    return Self.lengths(extents, of: height).map { length in
      defer { y += length }
      return Rect(x: minX, y: y, width: width, height: length)
    }
  }

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
