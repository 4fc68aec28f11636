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

  /// Returns `text` on one line of at most `width` characters. A longer text ends in an ellipsis.
  package static func line(_ text: String, width: Int) -> String {
    // No character of a name is escaped by more than ten characters, so the beginning suffices.
    let escaped = line(String(text.prefix(width + 1)))
    return escaped.count <= width ? escaped : escaped.prefix(max(0, width - 1)) + "…"
  }

  /// Returns text of several lines for a terminal: line feeds and tabs remain.
  package static func lines(_ text: String) -> String {
    isPlain(text, allowing: [0x0A, 0x09])
      ? text : replacing(text) { $0 == "\n" || $0 == "\t" || isHarmless($0) ? nil : code($0) }
  }

  /// Returns `text` for the content or an attribute of XML and HTML. Characters that XML does not allow are replaced like other
  /// control characters.
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

  /// Returns text of several lines for the content of XML and HTML: line feeds and tabs remain.
  package static func markupLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { markup(String($0)) }.joined(separator: "\t")
    }.joined(separator: "\n")
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

  /// Returns a JSON text whose strings contain no characters that are not printable: they are replaced by `\uHHHH`, which denotes the
  /// same string. JSON has such characters only in strings.
  package static func json(_ text: String) -> String {
    isPlain(text, allowing: [0x0A, 0x09, 0x0D])
      ? text
      : replacing(text) { scalar in
        if isHarmless(scalar) || scalar.value < 0x20 { return nil }
        return String(scalar).utf16.map { unit in
          let digits = String(unit, radix: 16)
          return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
      }
  }

  /// Returns `text` as a field of CSV (RFC 4180), in quotation marks if it needs them. Control characters are replaced, and a
  /// field that a spreadsheet would compute (it begins with `=`, `+`, `-` or `@` and is not a number) gets an apostrophe in front.
  /// ``unescapedField(_:)`` reverses both.
  package static func field(_ text: String) -> String {
    var field = line(text.contains("\\u{") ? text.replacing("\\u{", with: "\\u{5C}u{") : text)
    if isFormula(field) {
      field = "'" + field
    } else if field.first == "'", isFormula(String(field.dropFirst())) {
      field = "\\u{27}" + field.dropFirst()
    }
    guard field.contains(where: { $0 == "\"" || $0 == "," }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  /// Returns the text that ``field(_:)`` escaped, from a field without its quotation marks.
  package static func unescapedField(_ field: String) -> String {
    var rest = field[...]
    if rest.first == "'", isFormula(String(rest.dropFirst())) { rest = rest.dropFirst() }
    var text = ""
    while let start = rest.firstRange(of: "\\u{") {
      text += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: "}"), let value = UInt32(rest[..<end], radix: 16),
        let scalar = Unicode.Scalar(value)
      else {
        text += "\\u{"
        continue
      }
      text.unicodeScalars.append(scalar)
      rest = rest[rest.index(after: end)...]
    }
    return text + rest
  }

  private static func isFormula(_ text: String) -> Bool {
    guard let first = text.first else { return false }
    return "=+-@".contains(first) && Double(text) == nil
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
