/// One cell of a canvas: a grapheme and its style.
///
/// A grapheme two columns wide takes a cell and a *continuation* to its right, so that a canvas always has as many cells
/// as columns.
public struct Cell: Hashable, Sendable {
  /// What is shown: any grapheme one or two columns wide.
  public var glyph: Character
  /// How it looks.
  public var style: Style

  /// A cell that shows `glyph` in `style`.
  public init(_ glyph: Character = " ", style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }

  /// An empty cell.
  public static let blank = Cell()

  /// The right half of a wide grapheme: nothing of its own to show.
  public static func continuation(style: Style) -> Cell { Cell("\u{0}", style: style) }

  /// Whether the cell is the right half of a wide grapheme.
  public var isContinuation: Bool { glyph == "\u{0}" }
}
