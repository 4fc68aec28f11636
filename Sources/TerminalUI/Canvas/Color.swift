/// A colour as a theme names it; how near to it a terminal can come is the backend's business
/// (``paletteIndex(in:)``).
public enum Color: Hashable, Sendable {
  /// Whatever the user has set the terminal to: its own foreground or background.
  case terminalDefault
  /// A colour in sRGB, each part 0...255.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

extension Color {
  /// Reads `#rrggbb` or `default`; nil for anything else.
  public init?(_ text: String) {
    if text == "default" {
      self = .terminalDefault
      return
    }
    let digits = text.utf8.dropFirst()
    guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6, let value = UInt32(text.dropFirst(), radix: 16),
      digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
    else { return nil }
    self = .rgb(
      red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
      blue: UInt8(truncatingIfNeeded: value))
  }
}
