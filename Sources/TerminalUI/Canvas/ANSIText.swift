/// Formats text with ECMA-48 escape sequences, for terminals and for files that a terminal displays.
public enum ANSIText {
  /// Encloses `text` in the escape sequences that select `style` and that reset it.
  /// - Parameters:
  ///   - text: Text to enclose, without escape sequences.
  ///   - style: Style to select.
  ///   - isColored: Whether to write the colours of the style; if false, only its attributes are written.
  /// - Returns: `text` itself if there is nothing to select.
  public static func styled(_ text: String, _ style: Style, isColored: Bool = true) -> String {
    var codes: [String] = []
    for (attribute, code) in [(Style.Attributes.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7")]
    where style.attributes.contains(attribute) { codes.append(code) }
    if isColored {
      if let color = style.foreground.flatMap(components) { codes.append("38;2;" + color) }
      if let color = style.background.flatMap(components) { codes.append("48;2;" + color) }
    }
    return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  /// Returns the SGR parameters `red;green;blue` of a colour, or nil for the terminal's default colour.
  private static func components(_ color: Color) -> String? {
    guard case .rgb(let red, let green, let blue) = color else { return nil }
    return "\(red);\(green);\(blue)"
  }
}
