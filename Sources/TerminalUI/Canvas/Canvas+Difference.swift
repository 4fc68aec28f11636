extension Canvas {
  /// Adjacent cells of one row that the terminal has to redraw.
  public struct Run: Hashable, Sendable {
    /// Position of the first cell.
    public let origin: Point
    /// Cells, from left to right.
    public let cells: ArraySlice<Cell>
  }

  /// Returns the cells that differ from those of `previous`, as runs in row-major order. A run never starts in the
  /// middle of a wide grapheme.
  ///
  /// - Parameter previous: Canvas that the terminal shows. If it is nil or its size differs, every cell is returned.
  /// - Complexity: O(cells).
  public func difference(from previous: Canvas?) -> [Run] {
    guard let previous, previous.size == size else {
      return (0..<size.height).compactMap { size.width > 0 ? run($0, 0..<size.width) : nil }
    }
    var runs: [Run] = []
    for y in 0..<size.height {
      var start: Int?
      for x in 0..<size.width {
        let index = y * size.width + x
        if cells[index] != previous.cells[index] {
          if start == nil { start = cells[index].isContinuation && x > 0 ? x - 1 : x }
        } else if let first = start {
          runs.append(run(y, first..<x))
          start = nil
        }
      }
      if let first = start { runs.append(run(y, first..<size.width)) }
    }
    return runs
  }

  private func run(_ y: Int, _ columns: Range<Int>) -> Run {
    let row = y * size.width
    return Run(
      origin: Point(x: columns.lowerBound, y: y), cells: cells[(row + columns.lowerBound)..<(row + columns.upperBound)])
  }
}
