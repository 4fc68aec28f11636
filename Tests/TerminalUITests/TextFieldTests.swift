import TerminalUI
import Testing

@Suite struct TextFieldTests {
  @Test func readlineKeysEditTheText() {
    var field = TextField("skb head")
    let keys: [Key] = [
      .control("w"), .character("é"), .left, .left, .backspace, .home, .delete, .character("S"), .end, .enter, .escape,
    ]
    let handled = keys.map { field.handle($0) }
    #expect(handled == Array(repeating: true, count: 9) + [false, false])
    #expect(field == TextField("Sk é"))
  }

  @Test func longTextScrollsToTheCursor() {
    var canvas = Canvas(size: Size(width: 8, height: 1))
    canvas.draw(TextField("kmalloc-128").view(prompt: "/", style: .plain), in: canvas.bounds)
    #expect(canvas.text() == "/oc-128")
    #expect(canvas[Point(x: 7, y: 0)] == Cell(" ", style: Style(attributes: .reverse)))
  }
}
