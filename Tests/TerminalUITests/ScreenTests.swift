import TerminalUI
import Testing

/// All widgets on one screen, compared with golden text at several sizes.
@Suite struct ScreenTests {
  @Test(arguments: [Size(width: 120, height: 40), Size(width: 80, height: 24), Size(width: 60, height: 15)])
  func everyWidgetMatchesItsGolden(size: Size) throws {
    try expectGolden(screen(size, theme: .midnight, glyphs: .unicode), "screen-\(size.width)x\(size.height)")
  }

  @Test func asciiGlyphsDrawOnlyASCII() throws {
    let canvas = screen(Size(width: 80, height: 24), theme: .monochrome, glyphs: .ascii)
    #expect(canvas.cells.allSatisfy { $0.glyph.isASCII })
    try expectGolden(canvas, "screen-80x24-ascii")
  }

  @Test func monochromeBarsDifferInGlyphs() {
    var canvas = Canvas(size: Size(width: 8, height: 1))
    let bar = StackedBar(
      [.init(1, .plain), .init(1, .plain), .init(2, .plain)], glyphs: .unicode,
      usesPatterns: Theme.midnight.adapted(to: .none).isMonochrome)
    canvas.draw(bar, in: canvas.bounds)
    #expect(canvas.text() == "██▒▒▚▚▚▚")
  }

  @Test func widgetsDrawIntoTinyRectanglesWithoutTrapping() {
    for (width, height) in [(0, 0), (1, 1), (2, 1), (1, 3), (5, 2), (300, 1)] {
      _ = screen(Size(width: width, height: height), theme: .midnight, glyphs: .unicode)
    }
  }

  private func screen(_ size: Size, theme: Theme, glyphs: GlyphSet) -> Canvas {
    var canvas = Canvas(size: size, filledWith: Cell(style: theme[.text]))
    let rows = canvas.bounds.rows([.fixed(1), .fixed(1), .share(1), .fixed(3), .fixed(1), .fixed(1)])
    let sides = rows[2].columns([.share(3), .share(1)])

    canvas.draw(Banner("PAUSED", style: theme[.banner], glyphs: glyphs), in: rows[0])
    let parts = zip([50, 20, 10, 5, 5, 4, 3, 2, 0.1], theme.ledger).map { StackedBar.Part($0, $1) }
    canvas.draw(StackedBar(parts, glyphs: glyphs, usesPatterns: theme.isMonochrome), in: rows[1])
    canvas.draw(table(theme, glyphs), in: sides[0])
    canvas.draw(Box(title: "slabs", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs), in: sides[1])
    let items = (0..<200).map { OccupancyMap.Item(level: Double($0 % 9) / 8, style: theme.orders[$0 % 11]) }
    canvas.draw(OccupancyMap(items, glyphs: glyphs), in: sides[1].inset(horizontal: 1, vertical: 1))
    let wave = (0..<240).map { Double(($0 * $0) % 97) }
    canvas.draw(BrailleChart(wave, style: theme[.sparkline], glyphs: glyphs), in: rows[3])
    canvas.draw(TextField("kmalloc").view(prompt: "/", style: theme[.input]), in: rows[4])
    canvas.draw(KeyBar([.init("F1", "Help"), .init("/", "Filter"), .init("F10", "Quit")], theme: theme), in: rows[5])

    let lines = (1...30).map { [Span("\($0) ", theme[.accent]), Span("what key \($0) does")] }
    let popup = Popup(title: "Help", lines: lines, offset: 3, theme: theme, glyphs: glyphs)
    let frame = popup.frame(in: canvas.bounds.inset(horizontal: 4, vertical: 4))
    canvas.draw(popup, in: frame)
    return canvas
  }

  private func table(_ theme: Theme, _ glyphs: GlyphSet) -> Table {
    Table(
      columns: [
        .init("NAME", width: 16, minimumWidth: 8, grows: true), .init("OBJECTS", width: 10, alignment: .trailing),
        .init("USE%", width: 5, alignment: .trailing, hidingOrder: 1),
        .init("RATE", width: 24, minimumWidth: 8, hidingOrder: 2),
      ],
      rowCount: 50, selection: ListSelection(selected: 20), sort: .init(column: 1, ascending: false),
      appearance: .init(theme, glyphs: glyphs)
    ) { index in
      [
        .text("cache-with-a-name-\(index)"), .text("\(index * index * 100)", theme[.good]),
        .spans([Span("\(index * 2)", theme[.accent]), Span("%", theme[.dim])]),
        .widget(Sparkline((0..<30).map { Double($0 * index % 13) }, style: theme[.sparkline], glyphs: glyphs)),
      ]
    }
  }
}
