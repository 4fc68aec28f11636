import TerminalUI
import Testing

@Suite struct CurveOverlayTests {
  private let green = Color.rgb(red: 0, green: 200, blue: 0)
  private let blue = Color.rgb(red: 0, green: 0, blue: 200)

  @Test func theCurveLiesWhereAStackOfItsHeightEnds() {
    var canvas = Canvas(size: Size(width: 5, height: 2))
    let curve = CurveOverlay([0, 4, 8, nil, 5], maximum: 8, style: .plain)
    canvas.draw(curve, in: canvas.bounds)
    // The lowest dots for nothing; then the way up, and a gap.
    #expect(canvas[Point(x: 0, y: 1)].glyph == "\u{28c0}" && canvas[Point(x: 3, y: 1)].glyph == " ")
    // 5 of 8: the lowest row of the upper cell, as a stack of 5 steps ends there.
    #expect(canvas[Point(x: 4, y: 0)].glyph == "\u{28c0}")
  }

  @Test func aLetterStandsInForDots() {
    var canvas = Canvas(size: Size(width: 4, height: 3))
    canvas.draw(CurveOverlay([9, 1, 3, nil, 2], maximum: 3, style: .plain, letter: "K"), in: canvas.bounds)
    #expect(canvas.text() == " K\n K K\nK")
  }

  @Test func theColoursBeneathStay() {
    var canvas = Canvas(size: Size(width: 4, height: 1))
    let white = Color.rgb(red: 255, green: 255, blue: 255)
    canvas.draw("█", at: Point(x: 0, y: 0), style: Style(foreground: green))
    for x in 1...2 { canvas.draw("▄", at: Point(x: x, y: 0), style: Style(foreground: green, background: blue)) }
    canvas.draw("\u{2801}", at: Point(x: 3, y: 0), style: Style(foreground: green))
    canvas.draw(
      CurveOverlay([2, 1, 4, 4], maximum: 4, style: Style(foreground: white)), in: canvas.bounds)
    #expect((0..<4).allSatisfy { canvas[Point(x: $0, y: 0)].style.foreground == white })
    #expect(canvas[Point(x: 0, y: 0)].style.background == green)
    // In the lower half of a half block, and reaching from there to its top.
    #expect(canvas[Point(x: 1, y: 0)].style.background == green)
    #expect(canvas[Point(x: 2, y: 0)].style.background == green)
    // Where no dot is in the lower half, the block above it counts.
    for x in 0...1 { canvas.draw("▄", at: Point(x: x, y: 0), style: Style(foreground: green, background: blue)) }
    canvas.draw(
      CurveOverlay([4, 4, nil, nil], maximum: 4, style: Style(foreground: white), colorOnBlocks: green),
      in: canvas.bounds)
    #expect(canvas[Point(x: 1, y: 0)].style == Style(foreground: green, background: blue))
    // Dots of another curve stay.
    #expect(canvas[Point(x: 3, y: 0)].glyph == "\u{2809}" && canvas[Point(x: 3, y: 0)].style.background == nil)
  }

  @Test func nothingIsDrawnWithoutAScale() {
    var canvas = Canvas(size: Size(width: 2, height: 2))
    canvas.draw(CurveOverlay([1, 2], maximum: 0, style: .plain), in: canvas.bounds)
    canvas.draw(CurveOverlay([1, 2], maximum: 2, style: .plain), in: Rect(x: 0, y: 0, width: 2, height: 0))
    #expect(canvas == Canvas(size: Size(width: 2, height: 2)))
  }
}
