import TerminalUI

/// Popup with more figures of a row.
struct RowDetailPanel {
  let text: RowText
  /// Width of the screen in cells.
  let width: Int
  let theme: Theme
  let glyphs: GlyphSet

  func popup(offset: Int) -> Popup {
    Popup(title: text.title + ": Esc close", lines: lines, offset: offset, theme: theme, glyphs: glyphs)
  }

  /// Returns the largest offset to which the popup can be scrolled on a screen of a size.
  static func lastOffset(of text: RowText, on size: Size) -> Int {
    let popup = RowDetailPanel(text: text, width: size.width, theme: .monochrome, glyphs: .ascii).popup(offset: 0)
    let screen = Rect(x: 0, y: 0, width: size.width, height: size.height).inset(horizontal: 2, vertical: 1)
    return popup.lastOffset(in: popup.frame(in: screen))
  }

  private var room: Int { max(20, width - 8) }

  private var lines: [[Span]] {
    let labels = text.lines.map { line -> Int in
      switch line {
      case .figure(let label, _), .bar(let label, _, _): label.displayWidth
      default: 0
      }
    }
    let labelWidth = min(room / 2, labels.max() ?? 0) + 2
    return text.lines.enumerated().flatMap { index, line -> [[Span]] in
      switch line {
      case .heading(let text): return (index == 0 ? [] : [[]]) + [[Span(text, theme[.header])]]
      case .sentence(let text):
        return TextWrapping.lines(of: text, width: room).map { [Span($0, theme[.text])] }
      case .figure(let label, let value):
        return [[Span(padded(label, labelWidth), theme[.dim]), Span(value, theme[.text])]]
      case .bar(let label, let count, let share):
        let length = min(40, max(0, room - labelWidth - 8))
        let cells = share > 0 ? max(1, Int((share * Double(length)).rounded())) : 0
        let figure = String(repeating: " ", count: max(0, 6 - count.count)) + count + "  "
        return [
          [
            Span(padded(label, labelWidth), theme[.dim]), Span(figure, theme[.text]),
            Span(String(repeating: glyphs.full, count: cells), theme[.sparkline]),
          ]
        ]
      }
    }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.displayWidth))
  }
}
