import Testing

@testable import TerminalUI

@Suite struct SixteenColoursTests {
  @Test func xtermsColoursAreThoseOfThePalette() {
    let colors = ["#000000", "#cd0000", "#0000ee", "#e5e5e5", "#7f7f7f", "#ff0000", "#5c5cff", "#ffffff"]
    #expect(colors.map { Color($0)?.paletteIndex(in: .sixteen) } == [0, 1, 4, 7, 8, 9, 12, 15])
  }

  @Test func themeSixteenIsLimitedToSixteenColours() throws {
    #expect(try Theme.named("sixteen").maximumDepth == .sixteen)
    #expect(Theme.midnight.maximumDepth == .trueColor)
    let toml = "name = \"x\"\ndescription = \"y\"\ncolors = 8\n"
    let error = #expect(throws: ThemeError.self) { try Theme(toml: toml, file: "x.toml") }
    #expect(error?.description == "x.toml:3: 'colors' is not 16: leave it out if the theme has more colours")
  }

  @Test func escapeSequencesSelectTheColoursOfTheDepth() {
    let style = Style(foreground: Color("#00ffff"), background: Color("#0000ee"))
    #expect(ANSIText.styled("x", style, depth: .sixteen) == "\u{1B}[96;44mx\u{1B}[0m")
    #expect(ANSIText.styled("x", style, depth: .indexed) == "\u{1B}[38;5;51;48;5;21mx\u{1B}[0m")
    #expect(ANSIText.styled("x", style, depth: .trueColor) == "\u{1B}[38;2;0;255;255;48;2;0;0;238mx\u{1B}[0m")
    #expect(ANSIText.styled("x", style, depth: .none) == "x")
  }
}
