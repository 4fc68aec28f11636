/// Text with the escape sequences of ECMA-48 that give it a style, for terminals and for files that are shown on them.
public enum ANSIText {
  /// A text in a style, and plain again behind it.
  /// - Parameter isColored: false for attributes alone.
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

  private static func components(_ color: Color) -> String? {
    guard case .rgb(let red, let green, let blue) = color else { return nil }
    return "\(red);\(green);\(blue)"
  }
}
