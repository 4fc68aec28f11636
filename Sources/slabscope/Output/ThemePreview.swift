import Foundation
import TerminalUI

/// Preview of a theme in four lines: its styles by name, and its palettes as blocks. Without colours if NO_COLOR is set.
struct ThemePreview {
  private let theme: Theme
  private let isColored: Bool

  init(_ theme: Theme) {
    self.theme = theme
    isColored = (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  var text: String {
    let words: [Theme.Role] = [.text, .dim, .accent, .title, .header, .sorted, .selected]
    let states: [Theme.Role] = [.good, .warning, .critical, .banner, .keyLabel, .keyText, .sparkline, .popup]
    return [
      line(words.map { (" \($0.rawValue) ", theme[$0]) }), line(states.map { (" \($0.rawValue) ", theme[$0]) }),
      line([(" memory ", theme[.dim])] + theme.ledger.map { ("███", $0) }),
      line([(" orders ", theme[.dim])] + theme.orders.map { ("███", $0) }),
    ].joined(separator: "\n")
  }

  private func line(_ spans: [(String, Style)]) -> String {
    spans.map { ANSIText.styled($0.0, $0.1.over(theme[.text]), isColored: isColored) }.joined()
  }
}
