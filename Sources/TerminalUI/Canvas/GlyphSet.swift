/// Set of characters that widgets draw with: ``unicode`` or ``ascii``.
public struct GlyphSet: Hashable, Sendable {
  /// Bars of increasing height, from empty to full, for sparklines and occupancy maps.
  public let levels: [Character]
  /// Block that fills its cell.
  public let full: Character
  /// Fill patterns that are distinguishable without colour, for the parts of a bar.
  public let patterns: [Character]
  /// Horizontal and vertical line of a box.
  public let horizontal, vertical: Character
  /// Corners of a box.
  public let topLeft, topRight, bottomLeft, bottomRight: Character
  /// Tick of a horizontal axis towards the labels below it, and of a vertical axis towards the labels at its left.
  public let tickBelow, tickLeft: Character
  /// Marks in the header of the sort column, for the two sort directions.
  public let ascending, descending: Character
  /// Mark at the end of truncated text.
  public let ellipsis: Character
  /// Track and thumb of a scrollbar.
  public let track, thumb: Character
  /// Marks of an expanded and of a collapsed tree row.
  public let expanded, collapsed: Character
  /// Marks of a child row and of the last child row of its parent.
  public let branch, lastBranch: Character
  /// Mark that points at the text to its right.
  public let pointer: Character
  /// Separator of two items in a line.
  public let separator: Character
  /// Whether all glyphs are ASCII. Charts then draw without braille, and the parts of a bar have different glyphs.
  public let isASCII: Bool

  /// Block, shade and box-drawing characters, all one column wide.
  public static let unicode = GlyphSet(
    levels: Array(" ▁▂▃▄▅▆▇█"), full: "█", patterns: Array("█▒▚░▓▞▤▥▦▧▨▩"), horizontal: "─", vertical: "│",
    topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", tickBelow: "┬", tickLeft: "┤", ascending: "▲",
    descending: "▼", ellipsis: "…",
    track: "│", thumb: "█", expanded: "▾", collapsed: "▸", branch: "├", lastBranch: "└", pointer: "►", separator: "·",
    isASCII: false)

  /// ASCII characters, for `--ascii` and for locales that are not UTF-8.
  public static let ascii = GlyphSet(
    levels: Array(" .:-=+*%#"), full: "#", patterns: Array("#=+-:*%o.x~@"), horizontal: "-", vertical: "|",
    topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", tickBelow: "+", tickLeft: "+", ascending: "^",
    descending: "v", ellipsis: "~",
    track: "|", thumb: "#", expanded: "-", collapsed: "+", branch: "|", lastBranch: "`", pointer: ">", separator: "-",
    isASCII: true)

  /// Returns the bar for a level from 0 (empty) to 1 (full). Every level above 0 gets a visible bar, and only levels of
  /// 1 and more get the full bar.
  public func level(_ value: Double) -> Character {
    guard value > 0 else { return levels[0] }
    guard value < 1 else { return levels[levels.count - 1] }
    return levels[1 + Int(value * Double(levels.count - 2))]
  }
}
