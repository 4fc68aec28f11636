/// The characters that widgets draw with: Unicode's blocks and boxes, or ASCII where the terminal or the user wants nothing
/// else.
public struct GlyphSet: Hashable, Sendable {
  /// Bars from empty to full, lowest first: a sparkline's and an occupancy map's levels.
  public let levels: [Character]
  /// A cell that is wholly covered.
  public let full: Character
  /// Fillings that can be told from each other without colours, for the parts of a bar.
  public let patterns: [Character]
  /// Lines of a box: left to right and top to bottom.
  public let horizontal, vertical: Character
  /// Corners of a box.
  public let topLeft, topRight, bottomLeft, bottomRight: Character
  /// The header's mark on the column that rows are sorted by.
  public let ascending, descending: Character
  /// What stands for the text that was cut.
  public let ellipsis: Character
  /// A scrollbar's rail and the part of it that is in view.
  public let track, thumb: Character
  /// Before a row whose rows below it are in view, or not.
  public let opened, closed: Character
  /// Before a row that belongs to one above, and before the last of such rows.
  public let branch, lastBranch: Character
  /// What parts two items on a line.
  public let separator: Character
  /// Whether only ASCII is wanted, so that charts must do without braille and parts of bars differ in their glyphs.
  public let isASCII: Bool

  /// Eighth blocks, shades, box-drawing and braille characters, all one column wide.
  public static let unicode = GlyphSet(
    levels: Array(" ▁▂▃▄▅▆▇█"), full: "█", patterns: Array("█▒▚░▓▞▤▥▦▧▨▩"), horizontal: "─", vertical: "│",
    topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", ascending: "▲", descending: "▼", ellipsis: "…",
    track: "│", thumb: "█", opened: "▾", closed: "▸", branch: "├", lastBranch: "└", separator: "·", isASCII: false)

  /// ASCII alone, for `--ascii` and for locales that are not UTF-8.
  public static let ascii = GlyphSet(
    levels: Array(" .:-=+*%#"), full: "#", patterns: Array("#=+-:*%o.x~@"), horizontal: "-", vertical: "|",
    topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", ascending: "^", descending: "v", ellipsis: "~",
    track: "|", thumb: "#", opened: "-", closed: "+", branch: "|", lastBranch: "`", separator: "-", isASCII: true)

  /// The glyph for a level between 0 (nothing) and 1 (full), at least the lowest bar for anything above 0 and the highest
  /// for 1 alone or above.
  public func level(_ value: Double) -> Character {
    guard value > 0 else { return levels[0] }
    guard value < 1 else { return levels[levels.count - 1] }
    return levels[1 + Int(value * Double(levels.count - 2))]
  }
}
