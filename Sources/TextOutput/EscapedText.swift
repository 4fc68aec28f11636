/// Escapes names that come from recordings, snapshots and files, so that they are safe to print.
///
/// Such names may contain terminal escape sequences, line ends, bidirectional controls and invalid UTF-8. Every character that is
/// not printable is replaced by `\u{HEX}`, so that it remains visible. Characters with a meaning in a markup are replaced by that
/// markup's escapes.
package enum EscapedText {
  /// Returns `text` for a terminal or a cell of a table: on one line and without control characters.
  package static func line(_ text: String) -> String {
    isPlain(text) ? text : replacing(text) { isHarmless($0) ? nil : code($0) }
  }

  /// Returns text of several lines for a terminal: line feeds and tabs remain.
  package static func lines(_ text: String) -> String {
    isPlain(text, allowing: [0x0A, 0x09])
      ? text : replacing(text) { $0 == "\n" || $0 == "\t" || isHarmless($0) ? nil : code($0) }
  }

  /// Returns `text` for the content or an attribute of XML and HTML.
  package static func markup(_ text: String) -> String {
    replacing(text) {
      switch $0 {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: isHarmless($0) ? nil : code($0)
      }
    }
  }

  /// Returns `text` for the value of a label in the Prometheus text format and OpenMetrics, where backslash, quotation mark and
  /// line feed are the only special characters.
  package static func label(_ text: String) -> String {
    replacing(text) {
      switch $0 {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      default: isHarmless($0) ? nil : "\\" + code($0)
      }
    }
  }

  /// Returns `text` as a field of CSV (RFC 4180), in quotation marks if it needs them. Control characters are replaced, and a
  /// field that a spreadsheet would compute (`=`, `+`, `-`, `@` before a letter) begins with an apostrophe.
  package static func field(_ text: String) -> String {
    var field = line(text)
    if let first = field.first, "=+-@".contains(first), Double(field) == nil { field = "'" + field }
    guard field.contains(where: { $0 == "\"" || $0 == "," }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  /// Returns whether all bytes are printable ASCII, the common case, or among `allowed`.
  private static func isPlain(_ text: String, allowing allowed: [UInt8] = []) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) || allowed.contains($0) }
  }

  private static func replacing(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if let replaced = replacement(scalar) { result += replaced } else { result.unicodeScalars.append(scalar) }
    }
  }

  /// Returns whether a character is printed and changes neither the state of a terminal nor the direction or the line of other text.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  private static func code(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
