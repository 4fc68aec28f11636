import TerminalUI
import Testing

@Suite struct ThemeTests {
  @Test func builtInThemesHaveDistinctStyles() {
    let names = [
      "midnight", "daylight", "high-contrast", "sixteen", "deuteranopia", "tritanopia", "year-2000", "monochrome",
    ]
    #expect(Theme.builtIn.map(\.name) == names)
    #expect(Theme.builtIn.filter(\.isMonochrome).map(\.name) == ["monochrome"])
    for theme in Theme.builtIn where !theme.isMonochrome {
      #expect(
        Set(theme.ledger).count == Theme.ledgerCount && Set(theme.orders).count == Theme.orderCount, "\(theme.name)")
      #expect(theme[.selected] != theme[.text] && theme[.critical] != theme[.good], "\(theme.name)")
    }
    let midnight = Theme.midnight
    #expect(Set(midnight.ledger).count == Theme.ledgerCount && Set(midnight.orders).count == Theme.orderCount)
    #expect(midnight[.title] == Style(foreground: Color("#7dcfff"), attributes: .bold))
  }

  @Test func adaptedThemeHighlightsTheSelectionWithoutColours() {
    let theme = Theme.midnight.adapted(to: .none)
    #expect(theme.isMonochrome)
    #expect(theme[.selected] == Style(attributes: .reverse) && theme[.text] == .plain)
    #expect(Theme.midnight.adapted(to: .indexed) == .midnight)
  }

  @Test(arguments: [
    ("text = {}", "text = {", "bad.toml:5: not TOML: "),
    ("text = {}", "text = {}\ntitel = \"#ffffff\"", "bad.toml:6: unknown style 'titel'; did you mean 'title'?"),
    (
      "text = {}", "text = {}\ndim = \"#12345\"",
      "bad.toml:6: '#12345' in 'dim' is not a colour: write #rrggbb or default"
    ),
    (
      "text = {}", "dim = \"default\"",
      "bad.toml:4: style 'text' is missing; it is required because it replaces missing styles"
    ),
    ("text = {}", "text = { colour = \"#ffffff\" }", "bad.toml:5: unknown key 'colour' in 'text'"),
    (
      "text = {}", "text = { attributes = [\"blod\"] }",
      "bad.toml:5: unknown attribute 'blod' in 'text'; did you mean 'bold'?"
    ),
    ("text = {}", "text = 7", "bad.toml:5: 'text' is neither a colour nor a table: write \"#rrggbb\""),
    ("name = \"x\"", "nmae = \"x\"", "bad.toml:1: unknown key 'nmae'; did you mean 'name'?"),
    ("name = \"x\"", "", "bad.toml: 'name' is missing or is not a string"),
    ("[palettes]", "[palets]", "bad.toml:7: unknown key 'palets'; did you mean 'palettes'?"),
    ("ledger = [\"default\", ", "ledger = [", "bad.toml:8: palette 'ledger' has 9 styles, expected at least 10"),
    ("orders", "others", "bad.toml:9: unknown palette 'others'; did you mean 'orders'?"),
  ])
  func errorsNameLineAndProblem(right: String, wrong: String, message: String) throws {
    let toml = Self.smallest.replacing(right, with: wrong, maxReplacements: 1)
    let error = try #require(throws: ThemeError.self) { try Theme(toml: toml, file: "bad.toml") }
    #expect(error.description.hasPrefix(message), "\(error)")
  }

  @Test func textStyleReplacesMissingStyles() throws {
    let theme = try Theme(toml: Self.smallest.replacing("text = {}", with: "text = \"#010203\""), file: "small.toml")
    #expect(theme[.critical] == Style(foreground: .rgb(red: 1, green: 2, blue: 3)))
  }

  @Test func unknownThemeErrorSuggestsTheMostSimilarName() throws {
    let error = try #require(throws: ThemeError.self) { try Theme.named("midnigt") }
    #expect(
      error.description
        == "unknown theme 'midnigt'; known themes: midnight, daylight, high-contrast, sixteen, deuteranopia, tritanopia, "
        + "year-2000, monochrome; did you mean 'midnight'?")
    #expect(try Theme.named("monochrome") == .monochrome)
  }

  @Test func paletteIndexIsThatOfTheNearestColour() {
    let sixteen = [
      "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5", "#7f7f7f", "#ff0000",
      "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
    ]
    #expect(sixteen.map { Color($0)?.paletteIndex(in: .sixteen) } == Array(0...15))
    let colors = ["#ff0000", "#000000", "#808080", "#5f87af", "#ffffff", "default", "#12161f"].map { Color($0) }
    #expect(colors.map { $0?.paletteIndex(in: .indexed) } == [196, 16, 244, 67, 231, nil, 234])
    #expect(colors.map { $0?.paletteIndex(in: .sixteen) } == [9, 0, 7, 4, 15, nil, 0])
    #expect(Color("#5f87af")?.paletteIndex(in: .trueColor) == 0x5f87af)
    #expect(["#fff", "red", "#+12345", "", "#12345g"].allSatisfy { Color($0) == nil })
    #expect(
      [0, 8, 16, 88, 256, 1 << 24].map(ColorDepth.init(colorCount:)) == [
        .none, .sixteen, .sixteen, .sixteen, .indexed, .trueColor,
      ])
  }

  private static let smallest = """
    name = "x"
    description = "The smallest valid theme."

    [styles]
    text = {}

    [palettes]
    ledger = ["default", \(Array(repeating: "\"default\"", count: 9).joined(separator: ", "))]
    orders = [\(Array(repeating: "\"default\"", count: 11).joined(separator: ", "))]
    """
}
