/// Line breaking of sentences.
package enum TextWrapping {
  /// Breaks a text into lines of at most `width` characters, at spaces. A longer word has a line of its own.
  package static func lines(of text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Joins parts into lines of at most `width` characters. A part is not broken unless it is wider than a line.
  static func lines(ofParts parts: [String], gap: String, width: Int) -> [String] {
    parts.reduce(into: []) { lines, part in
      if let last = lines.last, last.count + gap.count + part.count <= width {
        lines[lines.count - 1] = last + gap + part
      } else {
        lines += part.count <= width ? [part] : TextWrapping.lines(of: part, width: width)
      }
    }
  }
}
