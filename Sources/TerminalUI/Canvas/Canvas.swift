/// A screen in memory: the cells that widgets draw into, and that a backend brings to a terminal or a test compares.
///
/// Drawing outside the canvas, or outside the clip of ``withClip(_:_:)``, has no effect, so that no widget needs to check
/// whether it has room.
public struct Canvas: Sendable, Equatable {
  /// The number of columns and rows.
  public let size: Size
  /// The cells, row by row.
  public private(set) var cells: [Cell]
  /// Where drawing takes effect.
  private(set) var clip: Rect

  /// A canvas full of `cell`.
  public init(size: Size, filledWith cell: Cell = .blank) {
    self.size = size
    cells = Array(repeating: cell, count: size.width * size.height)
    clip = Rect(size: size)
  }

  /// The whole canvas as a rectangle.
  public var bounds: Rect { Rect(size: size) }

  /// The cell at `point`, or a blank one outside the canvas.
  public subscript(point: Point) -> Cell {
    bounds.contains(point) ? cells[index(of: point)] : .blank
  }

  /// Runs `body`, in which only the cells within `rect` (and within any clip already in force) can be drawn.
  ///
  /// Coordinates remain those of the whole canvas.
  public mutating func withClip(_ rect: Rect, _ body: (inout Canvas) -> Void) {
    let outer = clip
    clip = outer.intersection(rect)
    body(&self)
    clip = outer
  }

  /// Fills a rectangle with one glyph in one style, replacing what was there.
  ///
  /// - Parameter glyph: one column wide.
  public mutating func fill(_ rect: Rect, with glyph: Character = " ", style: Style) {
    let rect = rect.intersection(clip)
    for y in rect.minY..<rect.maxY {
      for x in rect.minX..<rect.maxX { put(Cell(glyph, style: style), at: Point(x: x, y: y)) }
    }
  }

  /// Lays a style over the cells of a rectangle and leaves their glyphs as they are.
  public mutating func restyle(_ rect: Rect, _ style: Style) {
    let rect = rect.intersection(clip)
    for y in rect.minY..<rect.maxY {
      for x in rect.minX..<rect.maxX {
        let index = index(of: Point(x: x, y: y))
        cells[index].style = style.over(cells[index].style)
      }
    }
  }

  /// Draws `widget` within `rect` and nowhere else.
  public mutating func draw(_ widget: some Widget, in rect: Rect) {
    withClip(rect) { widget.draw(on: &$0, in: rect) }
  }

  /// The row-major index of a cell that is known to lie on the canvas.
  func index(of point: Point) -> Int { point.y * size.width + point.x }

  /// Puts a cell within the clip, blanking the other half of any wide grapheme that this cuts in two.
  mutating func put(_ cell: Cell, at point: Point) {
    let index = index(of: point)
    if cells[index].isContinuation, !cell.isContinuation, point.x > 0 { cells[index - 1].glyph = " " }
    cells[index] = cell
    if point.x + 1 < size.width, cells[index + 1].isContinuation { cells[index + 1].glyph = " " }
  }
}
