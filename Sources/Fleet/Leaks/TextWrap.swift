import TextOutput

/// Paragraphs in lines of a greatest width.
enum TextWrap {
  /// Returns a paragraph in lines. A word that is longer than a line has a line of its own.
  static func wrapped(_ paragraph: String, width: Int) -> String {
    var lines = [""]
    for word in EscapedText.line(paragraph).split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
