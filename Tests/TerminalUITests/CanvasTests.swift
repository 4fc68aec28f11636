import TerminalUI
import Testing

@Suite struct CanvasTests {
  @Test func displayWidthFollowsEastAsianWidth() {
    let samples = ["a", "é", "e\u{301}", "日", "ｱ", "한", "👩‍👩‍👧", "❤️", "\u{301}", "\u{200b}", "\t", "▇", "│", "⣿"]
    #expect(samples.map(\.displayWidth) == [1, 1, 1, 2, 1, 2, 2, 2, 0, 1, 1, 1, 1, 1])
  }

  @Test func textIsTruncatedBetweenGraphemes() {
    var canvas = Canvas(size: Size(width: 6, height: 4))
    canvas.draw("日本語文", at: Point(x: 1, y: 0), style: .plain)
    canvas.draw("日本", at: Point(x: 0, y: 1), style: .plain, maxWidth: 3)
    canvas.draw("abcdefgh", at: Point(x: -2, y: 2), style: .plain)
    canvas.draw("kmalloc-128", in: Rect(x: 0, y: 3, width: 6, height: 1), style: .plain)
    #expect(canvas.text() == " 日本\n日\ncdefgh\nkmall…")
  }

  @Test func overwritingHalfOfAWideGraphemeBlanksTheOtherHalf() {
    var canvas = Canvas(size: Size(width: 4, height: 2))
    for y in 0..<2 { canvas.draw("日本", at: Point(x: 0, y: y), style: .plain) }
    canvas.draw("x", at: Point(x: 1, y: 0), style: .plain)
    canvas.draw("x", at: Point(x: 2, y: 1), style: .plain)
    #expect(canvas.text() == " x本\n日x")
  }

  @Test func controlCharactersAreDrawnAsQuestionMarks() {
    var canvas = Canvas(size: Size(width: 10, height: 1))
    canvas.draw("a\u{1b}[2J\n\u{9b}\u{7f}", at: .zero, style: .plain)
    #expect(canvas.text() == "a?[2J???")
    // Each of them has the width of the question mark.
    let invisible = "\u{202e}\u{2066}\u{200b}\u{2028}\u{feff}\r\n\u{85}"
    #expect(invisible.displayWidth == 7)
    canvas = Canvas(size: Size(width: 10, height: 1))
    canvas.draw(invisible + "z", at: .zero, style: .plain)
    #expect(canvas.text() == "???????z")
    // A cell does not receive a grapheme of any length; a family of four is whole.
    canvas = Canvas(size: Size(width: 10, height: 1))
    canvas.draw("e\u{301}a" + String(repeating: "\u{301}", count: 5000) + "👨‍👩‍👧‍👦", at: .zero, style: .plain)
    #expect(canvas.text() == "e\u{301}?👨‍👩‍👧‍👦")
  }

  @Test func drawingOutsideTheClipHasNoEffect() {
    var canvas = Canvas(size: Size(width: 6, height: 3), filledWith: Cell("."))
    canvas.withClip(Rect(x: 1, y: 1, width: 3, height: 5)) { canvas in
      canvas.withClip(Rect(x: 2, y: 0, width: 9, height: 9)) { $0.fill($0.bounds, with: "#", style: .plain) }
      canvas.draw("ab日", at: Point(x: 0, y: 2), style: .plain)
    }
    #expect(canvas.text() == "......\n..##..\n.b日..")
  }

  @Test func nilColoursKeepTheColoursBelow() {
    let blue = Color.rgb(red: 0, green: 0, blue: 255)
    var canvas = Canvas(size: Size(width: 1, height: 1))
    canvas.fill(canvas.bounds, style: Style(background: blue, attributes: .reverse))
    canvas.draw("x", at: .zero, style: Style(foreground: .terminalDefault, attributes: .bold))
    let expected = Style(foreground: .terminalDefault, background: blue, attributes: [.bold, .reverse])
    #expect(canvas[.zero] == Cell("x", style: expected))
  }

  @Test func differenceReturnsRunsOfChangedCells() {
    var old = Canvas(size: Size(width: 8, height: 2))
    old.draw("abcdefgh", at: .zero, style: .plain)
    old.draw("日本", at: Point(x: 2, y: 1), style: .plain)
    var new = old
    new.draw("X", at: Point(x: 1, y: 0), style: .plain)
    new.draw("YZ", at: Point(x: 6, y: 0), style: .plain)
    new.restyle(Rect(x: 5, y: 1, width: 1, height: 1), Style(attributes: .bold))

    func summary(_ runs: [Canvas.Run]) -> [String] {
      runs.map { "\($0.origin.x),\($0.origin.y):\(String($0.cells.map(\.glyph)).filter { $0 != "\u{0}" })" }
    }
    #expect(summary(new.difference(from: old)) == ["1,0:X", "6,0:YZ", "4,1:本"])
    #expect(summary(new.difference(from: nil)) == ["0,0:aXcdefYZ", "0,1:  日本  "])
    #expect(new.difference(from: new).isEmpty)
  }
}
