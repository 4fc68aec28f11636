/// Formats text with ECMA-48 escape sequences, for terminals and for files that a terminal displays.
public enum ANSIText {
  /// Encloses `text` in the escape sequences that select `style` and that reset it.
  /// - Parameters:
  ///   - text: Text to enclose, without escape sequences.
  ///   - style: Style to select.
  ///   - depth: Number of colours of the terminal; without colours, only the attributes of the style are written.
  /// - Returns: `text` itself if there is nothing to select.
  public static func styled(_ text: String, _ style: Style, depth: ColorDepth = .trueColor) -> String {
    var codes: [String] = []
    for (attribute, code) in [(Style.Attributes.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7")]
    where style.attributes.contains(attribute) { codes.append(code) }
    if let code = style.foreground.flatMap({ parameters($0, depth, base: 30) }) { codes.append(code) }
    if let code = style.background.flatMap({ parameters($0, depth, base: 40) }) { codes.append(code) }
    return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  /// Returns the SGR parameters that select a colour; nil for the terminal's default colour or without colours.
  /// - Parameter base: Parameter of the first palette colour: 30 for the foreground, 40 for the background.
  private static func parameters(_ color: Color, _ depth: ColorDepth, base: Int) -> String? {
    guard let index = color.paletteIndex(in: depth) else { return nil }
    switch depth {
    case .none: return nil
    // The bright colours have the parameters 90...97 and 100...107.
    case .sixteen: return String(index < 8 ? base + index : base + 60 + index - 8)
    case .indexed: return "\(base + 8);5;\(index)"
    case .trueColor: return "\(base + 8);2;\(index >> 16);\(index >> 8 & 0xFF);\(index & 0xFF)"
    }
  }
}
