/// Off-screen grid of cells that widgets draw into. A backend writes it to the terminal; tests compare it with a
/// golden.
///
/// Drawing outside the canvas, or outside the clip of ``withClip(_:_:)``, has no effect, so that a widget need not
/// check its bounds.
public struct Canvas: Sendable, Equatable {
  /// Number of columns and rows.
  public let size: Size
  /// Cells in row-major order.
  public private(set) var cells: [Cell]
  /// Rectangle outside which drawing has no effect.
  private(set) var clip: Rect

  /// Creates a canvas whose cells are all `cell`.
  public init(size: Size, filledWith cell: Cell = .blank) {
    self.size = size
    cells = Array(repeating: cell, count: size.width * size.height)
    clip = Rect(size: size)
  }

  /// Rectangle of all cells.
  public var bounds: Rect { Rect(size: size) }

  /// Cell at `point`; a blank cell if `point` is outside the canvas.
  public subscript(point: Point) -> Cell {
    bounds.contains(point) ? cells[index(of: point)] : .blank
  }

  /// Calls `body` with drawing restricted to the intersection of `rect` and the current clip.
  ///
  /// Coordinates stay relative to the whole canvas.
  public mutating func withClip(_ rect: Rect, _ body: (inout Canvas) -> Void) {
    let outer = clip
    clip = outer.intersection(rect)
    body(&self)
    clip = outer
  }

  /// Replaces every cell of a rectangle by `glyph` in `style`.
  ///
  /// - Parameters:
  ///   - rect: Rectangle to fill.
  ///   - glyph: Grapheme one column wide.
  ///   - style: Style of the cells.
  public mutating func fill(_ rect: Rect, with glyph: Character = " ", style: Style) {
    let rect = rect.intersection(clip)
    for y in rect.minY..<rect.maxY {
      for x in rect.minX..<rect.maxX { put(Cell(glyph, style: style), at: Point(x: x, y: y)) }
    }
  }

  /// Lays a style over the style of each cell of a rectangle, without changing the glyphs.
  public mutating func restyle(_ rect: Rect, _ style: Style) {
    let rect = rect.intersection(clip)
    for y in rect.minY..<rect.maxY {
      for x in rect.minX..<rect.maxX {
        let index = index(of: Point(x: x, y: y))
        cells[index].style = style.over(cells[index].style)
      }
    }
  }

  /// Draws `widget` into `rect`, clipped to `rect`.
  public mutating func draw(_ widget: some Widget, in rect: Rect) {
    withClip(rect) { widget.draw(on: &$0, in: rect) }
  }

  /// Copies the cells of another canvas, whose top left cell comes to `point`.
  package mutating func draw(_ other: Canvas, at point: Point) {
    for y in 0..<other.size.height {
      for x in 0..<other.size.width {
        let place = Point(x: point.x + x, y: point.y + y)
        if clip.contains(place) { cells[index(of: place)] = other.cells[y * other.size.width + x] }
      }
    }
  }

  /// Returns the index of a cell in ``cells``. `point` must be on the canvas.
  func index(of point: Point) -> Int { point.y * size.width + point.x }

  /// Replaces a cell. If the old cell was one half of a wide grapheme, the other half becomes a space.
  ///
  /// `point` must be within the clip.
  mutating func put(_ cell: Cell, at point: Point) {
    let index = index(of: point)
    if cells[index].isContinuation, !cell.isContinuation, point.x > 0 { cells[index - 1].glyph = " " }
    cells[index] = cell
    if point.x + 1 < size.width, cells[index + 1].isContinuation { cells[index + 1].glyph = " " }
  }
}
