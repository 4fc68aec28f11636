import TerminalUI

/// Slabs of a cache by page order: the digit of each order, followed by a bar, together in proportion to its slabs. The digits tell
/// the orders apart without colours.
struct OrderBar: Widget {
  /// Number of slabs of each order, from order 0 on.
  let slabs: [Int]
  let theme: Theme
  let glyphs: GlyphSet

  /// Description of the bar, for the help screen.
  static let legend =
    "Each digit is a page order (A is 10); it and the bar after it are as long as the share of its slabs."

  /// Digit of a page order: 0 to 9, and A for 10.
  static func digit(_ order: Int) -> Character { Character(String(order, radix: 16, uppercase: true)) }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let orders = slabs.indices.filter { slabs[$0] > 0 }
    let widths = apportion(rect.width, by: orders.map { Double(slabs[$0]) }, minimumOneCell: true)
    let bar: Character = glyphs.isASCII ? "=" : glyphs.full
    var x = rect.minX
    for (order, width) in zip(orders, widths) where width > 0 {
      let style = theme.orders[order]
      canvas.draw(OrderBar.digit(order), at: Point(x: x, y: rect.minY), style: style.adding(.bold))
      canvas.draw(bar, count: width - 1, at: Point(x: x + 1, y: rect.minY), style: style)
      x += width
    }
  }
}
