import CNcurses
import TerminalUI

/// Map from styles to ncurses colour pairs and attributes.
///
/// A pair is allocated with `alloc_pair(3)` when its style is first drawn, and is never freed: a screen has a few dozen
/// styles, and terminals have at least 64 pairs.
struct ColorPairs {
  private let depth: ColorDepth
  /// Maximum number of colours to use, at most those of the terminal.
  var maximumDepth: ColorDepth {
    didSet { if maximumDepth != oldValue { renditions = [:] } }
  }
  private var renditions: [Style: Rendition] = [:]

  /// Number of a colour pair, and attributes.
  typealias Rendition = (pair: Int32, attributes: attr_t)

  /// Creates an empty map for a terminal of `depth`. `start_color` must have been called.
  init(depth: ColorDepth) { (self.depth, maximumDepth) = (depth, depth) }

  /// Returns the colour pair and attributes nearest to `style`, and allocates the pair if the style is new.
  mutating func rendition(of style: Style) -> Rendition {
    if let rendition = renditions[style] { return rendition }
    let rendition = makeRendition(of: style)
    renditions[style] = rendition
    return rendition
  }

  private func makeRendition(of style: Style) -> Rendition {
    var attributes = attr_t(0)
    if style.attributes.contains(.bold) { attributes |= curses_bold() }
    if style.attributes.contains(.dim) { attributes |= curses_dim() }
    if style.attributes.contains(.reverse) { attributes |= curses_reverse() }
    if style.attributes.contains(.underline) { attributes |= curses_underline() }

    var foreground = number(of: style.foreground)
    var background = number(of: style.background)
    // On a direct-colour terminal only the numbers 0...7 select palette colours.
    if curses_colors() == 8 || depth == .trueColor && maximumDepth == .sixteen {
      // A terminal of 8 colours shows a bright foreground as bold and has no bright backgrounds. Bold black may be
      // invisible on black, so dark grey becomes white.
      if foreground == 8 { foreground = 7 }
      if foreground > 8 { attributes |= curses_bold() }
      foreground = foreground < 0 ? foreground : foreground % 8
      background = background < 0 ? background : background % 8
    }
    if foreground < 0, background < 0 { return (0, attributes) }
    return (max(0, alloc_pair(foreground, background)), attributes)
  }

  /// Returns the ncurses number of a colour, or -1 for the terminal's default colour.
  private func number(of color: Color?) -> Int32 {
    guard let index = color?.paletteIndex(in: min(depth, maximumDepth)) else { return -1 }
    // On a direct-colour terminal the numbers 0...7 still select the first eight palette colours. The colours #000001
    // to #000007 are therefore unavailable; #000008 is the nearest one.
    if depth == .trueColor, maximumDepth == .trueColor, (1..<8).contains(index) { return 8 }
    return Int32(index)
  }
}
