import TerminalUI
import Testing

@Suite struct ExportTests {
  private var canvas: Canvas {
    var canvas = Canvas(
      size: Size(width: 8, height: 2), filledWith: Cell(" ", style: Style(background: Color("#101010"))))
    let style = Style(foreground: Color("#ff0000"), attributes: .bold)
    canvas.draw("a<&b", at: Point(x: 0, y: 0), style: style)
    canvas.draw("漢", at: Point(x: 0, y: 1), style: Style(attributes: .reverse))
    return canvas
  }

  @Test func ansiTextSelectsAStyleOncePerRun() {
    let lines = canvas.ansi().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "\u{1B}[1;38;2;255;0;0;48;2;16;16;16ma<&b\u{1B}[0m\u{1B}[48;2;16;16;16m    \u{1B}[0m")
    #expect(lines[1].hasPrefix("\u{1B}[7;48;2;16;16;16m漢\u{1B}[0m") && lines.count == 3)
  }

  @Test func svgContainsEveryRun() {
    let svg = canvas.svg()
    #expect(svg.contains(">a&lt;&amp;b</text>") && svg.contains("font-weight=\"bold\"") && svg.contains("#ff0000"))
    #expect(svg.contains(">漢</text>") && svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("viewBox=\"0 0 67.2 34.0\""))
  }
}
