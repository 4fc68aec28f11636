/// Colour of a theme. A backend maps it to the terminal's palette with ``paletteIndex(in:)``.
public enum Color: Hashable, Sendable {
  /// Default foreground or background of the terminal.
  case terminalDefault
  /// Colour in sRGB, each component 0...255.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

extension Color {
  /// Parses `#rrggbb` or `default`; nil for any other text.
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
