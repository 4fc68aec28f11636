import TerminalUI
import Testing

@testable import slabscope

@Suite struct ThemePreviewTests {
  @Test func previewIsPlainWithoutAColourTerminal() {
    for environment in [["TERM": "dumb"], ["TERM": "xterm-256color", "NO_COLOR": "1"], [:]] {
      #expect(ThemePreview.depth(isTerminal: true, environment) == .none)
    }
    #expect(ThemePreview.depth(isTerminal: false, ["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .none)
    for theme in Theme.builtIn { #expect(!ThemePreview(theme, depth: .none).text.contains("\u{1B}")) }
  }

  @Test func depthIsThatOfTheEnvironment() {
    #expect(ThemePreview.depth(isTerminal: true, ["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .trueColor)
    #expect(ThemePreview.depth(isTerminal: true, ["TERM": "xterm-256color", "NO_COLOR": ""]) == .indexed)
    #expect(ThemePreview.depth(isTerminal: true, ["TERM": "linux"]) == .sixteen)
  }

  @Test func previewOfSixteenUsesPaletteColoursOnly() throws {
    let text = ThemePreview(try Theme.named("sixteen"), depth: .trueColor).text
    for match in text.matches(of: #/\u{1B}\[([0-9;]*)m/#) {
      for code in match.1.split(separator: ";").compactMap({ Int($0) }) {
        let isPalette = [30...37, 90...97, 40...47, 100...107].contains { $0.contains(code) }
        #expect(code < 8 || isPalette, "\(match.0)")
      }
    }
  }
}
