import CNcurses
import TerminalUI

/// Turns styles into what ncurses draws with: a pair of colours and attributes.
///
/// Pairs come from `alloc_pair(3)` as styles first appear and are kept: a screen has a few dozen, and the poorest of colour
/// terminals has room for 64.
struct ColorPairs {
  private let depth: ColorDepth
  private var looks: [Style: Look] = [:]

  typealias Look = (pair: Int32, attributes: attr_t)

  /// Colours as a terminal of `depth` has them; call after `start_color`.
  init(depth: ColorDepth) { self.depth = depth }

  /// The pair and attributes that come nearest to `style`.
  mutating func look(of style: Style) -> Look {
    if let look = looks[style] { return look }
    let look = makeLook(of: style)
    looks[style] = look
    return look
  }

  private func makeLook(of style: Style) -> Look {
    var attributes = attr_t(0)
    if style.attributes.contains(.bold) { attributes |= curses_bold() }
    if style.attributes.contains(.dim) { attributes |= curses_dim() }
    if style.attributes.contains(.reverse) { attributes |= curses_reverse() }
    if style.attributes.contains(.underline) { attributes |= curses_underline() }

    var foreground = number(of: style.foreground)
    var background = number(of: style.background)
    if curses_colors() == 8 {
      // A bright foreground is bold there, and a bright background is not to be had. Bold black may be black: take white.
      if foreground == 8 { foreground = 7 }
      if foreground > 8 { attributes |= curses_bold() }
      foreground = foreground < 0 ? foreground : foreground % 8
      background = background < 0 ? background : background % 8
    }
    if foreground < 0, background < 0 { return (0, attributes) }
    return (max(0, alloc_pair(foreground, background)), attributes)
  }

  /// The number of a colour, or -1 for the terminal's own.
  private func number(of color: Color?) -> Int32 {
    guard let index = color?.paletteIndex(in: depth) else { return -1 }
    // Where colours are given directly, 0...7 still mean the first eight of the palette: take the nearest blue beyond.
    if depth == .trueColor, (1..<8).contains(index) { return 8 }
    return Int32(index)
  }
}
