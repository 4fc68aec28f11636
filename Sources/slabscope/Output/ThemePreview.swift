import TerminalUI

/// Preview of a theme in four lines: its styles by name, and its palettes as blocks.
struct ThemePreview {
  private let theme: Theme
  private let depth: ColorDepth

  /// - Parameter depth: number of colours of the terminal; without colours the preview is plain text.
  init(_ theme: Theme, depth: ColorDepth) {
    self.theme = theme
    self.depth = min(depth, theme.maximumDepth)
  }

  /// Returns the number of colours that standard output shows, by its environment: none if it is not a terminal, if the
  /// terminal has no escape sequences, or if the user wants no colours.
  static func depth(isTerminal: Bool, _ environment: [String: String]) -> ColorDepth {
    let type = environment["TERM"] ?? ""
    guard isTerminal, (environment["NO_COLOR"] ?? "").isEmpty, !["", "dumb", "unknown"].contains(type) else {
      return .none
    }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) || type.hasSuffix("-direct") { return .trueColor }
    return type.contains("256color") ? .indexed : .sixteen
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
    spans.map { span in
      depth == .none ? span.0 : ANSIText.styled(span.0, span.1.over(theme[.text]), depth: depth)
    }.joined()
  }
}
