import TerminalUI

/// Pane above the key bar that explains a term: its definition, the mail's and the kernel's words, and where to read on.
struct ExplanationPanel {
  let terms: [GlossaryEntry]
  /// Index of the explained term.
  let index: Int
  let theme: Theme
  let glyphs: GlyphSet

  /// Largest number of cells of a line of text.
  private static let widestLine = 96

  /// Draws the pane over the rows above the key bar, as high as the text needs.
  func draw(on canvas: inout Canvas, above keyBar: Rect) {
    guard terms.indices.contains(index) else { return }
    let width = min(ExplanationPanel.widestLine, keyBar.width - 4)
    let lines = lines(width: width)
    let popup = Popup(title: title, lines: lines, theme: theme, glyphs: glyphs)
    let height = min(lines.count + 2, keyBar.minY)
    canvas.draw(popup, in: Rect(x: keyBar.minX, y: keyBar.minY - height, width: width + 4, height: height))
  }

  private var title: String { "\(terms[index].term): \(terms[index].group), \(index + 1) of \(terms.count)" }

  private func lines(width: Int) -> [[Span]] {
    let entry = terms[index]
    let mail = entry.mail.flatMap { mail in entry.definition.contains(mail) ? nil : mail }
    let parts: [(label: String, text: String?)] = [
      ("", entry.definition), ("Mail \(entry.mailSection ?? ""): ", mail.map { "\"\($0)\"" }),
      ("Kernel: ", entry.kernel), ("Read on: ", entry.reading.joined(separator: "; ")),
    ]
    let texts = parts.flatMap { label, text in
      (text.map { TextWrapping.lines(of: label + $0, width: width) } ?? []).enumerated().map { number, line in
        let prefix = number == 0 ? label : ""
        return [
          Span(prefix, theme[.accent]), Span(String(line.dropFirst(prefix.count)), theme[label.isEmpty ? .text : .dim]),
        ]
      }
    }
    return texts + [[Span(ExplanationPanel.keys(width), theme[.keyLabel])]]
  }

  private static func keys(_ width: Int) -> String {
    ["arrows other terms", "PgDn next group", "h whole help", "Esc close"].joined(separator: width < 60 ? " " : "   ")
  }
}
