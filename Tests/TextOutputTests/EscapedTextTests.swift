import Testing

@testable import TextOutput

@Suite struct EscapedTextTests {
  static let hostile = "a\u{1B}]52;c;ZXZpbA==\u{7}\r\n\u{202E}<b>&\"'\u{0}\u{9B}31m\u{2028}z"

  @Test func aLineHasNoControlCharacterAndNoBidirectionalControl() {
    let line = EscapedText.line(Self.hostile)
    #expect(line == "a\\u{1B}]52;c;ZXZpbA==\\u{7}\\u{D}\\u{A}\\u{202E}<b>&\"'\\u{0}\\u{9B}31m\\u{2028}z")
    #expect(line.utf8.allSatisfy { $0 >= 0x20 })
  }

  @Test func plainTextAndLettersOfOtherScriptsStay() {
    #expect(EscapedText.line("kmalloc-64") == "kmalloc-64")
    #expect(EscapedText.line("Größe 大きさ é") == "Größe 大きさ é")
  }

  @Test func linesKeepLineFeedsAndTabs() {
    #expect(EscapedText.lines("a\tb\nc\u{1B}[0m") == "a\tb\nc\\u{1B}[0m")
  }

  @Test func markupIsWellFormed() {
    #expect(EscapedText.markup("<a href='x'>&\u{1}") == "&lt;a href=&#39;x&#39;&gt;&amp;\\u{1}")
  }

  @Test func labelsEscapeBackslashQuotationMarkAndLineFeed() {
    #expect(EscapedText.label("a\\b\"c\nd\u{1B}") == "a\\\\b\\\"c\\nd\\\\u{1B}")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=cmd", "'=cmd"), ("-12.5", "-12.5"),
    ("", ""),
  ])
  func fieldsAreQuotedWhereNeeded(text: String, field: String) { #expect(EscapedText.field(text) == field) }

  @Test(arguments: ["plain", "a,\"b\"", "=1+2", "'=1+2", "'x", "\\u{41}", "\u{1B}[0m\n", "@a", "-12.5", "\u{202E}x"])
  func fieldIsReversible(text: String) {
    let field = EscapedText.field(text)
    let content = field.first == "\"" ? field.dropFirst().dropLast().replacing("\"\"", with: "\"") : field[...]
    #expect(EscapedText.unescapedField(String(content)) == text)
  }

  @Test func jsonStringsKeepTheirValue() {
    #expect(
      EscapedText.json("{\"a\": \"\u{9B}\u{202E}é\u{E0001}\"}\n") == "{\"a\": \"\\u009b\\u202eé\\udb40\\udc01\"}\n")
  }

  @Test func lineOfAGivenWidthEndsInAnEllipsis() {
    #expect(EscapedText.line("abcdef", width: 6) == "abcdef" && EscapedText.line("abcdefg", width: 6) == "abcde…")
    #expect(EscapedText.line(String(repeating: "\u{1B}", count: 5000), width: 8) == "\\u{1B}\\…")
  }

  @Test func linesOfMarkupKeepLineFeeds() { #expect(EscapedText.markupLines("a<\n\tb\u{1}") == "a&lt;\n\tb\\u{1}") }
}
