/// Cell of a canvas: a grapheme and its style.
///
/// A grapheme two columns wide occupies a cell and a *continuation* cell to its right, so that a row always has one
/// cell per column.
public struct Cell: Hashable, Sendable {
  /// Grapheme, one or two columns wide.
  public var glyph: Character
  /// Colours and attributes.
  public var style: Style

  /// Creates a cell that shows `glyph` in `style`.
  public init(_ glyph: Character = " ", style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }

  /// Space in the plain style.
  public static let blank = Cell()

  /// Creates the cell for the right half of a wide grapheme. It has no glyph of its own.
  public static func continuation(style: Style) -> Cell { Cell("\u{0}", style: style) }

  /// Whether the cell is the right half of a wide grapheme.
  public var isContinuation: Bool { glyph == "\u{0}" }
}
