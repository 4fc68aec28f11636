import TerminalUI
import Testing

/// Palettes of page orders and of the byte ledger: no two parts have the same colour.
@Suite struct PaletteTests {
  @Test(arguments: Theme.builtIn.filter { !$0.isMonochrome }, [ColorDepth.trueColor, .indexed, .sixteen])
  func everyPairOfAPaletteDiffers(theme: Theme, depth: ColorDepth) {
    let adapted = theme.adapted(to: depth)
    for (name, palette) in [("ledger", adapted.ledger), ("orders", adapted.orders)] {
      let colors = palette.map { $0.foreground?.paletteIndex(in: depth) }
      for right in colors.indices {
        for left in 0..<right {
          #expect(
            colors[left] != colors[right],
            "\(theme.name), \(depth.rawValue) colours: \(name) \(left) and \(right) are both \(String(describing: colors[left]))"
          )
        }
      }
      // A part in the colour of the background would look like a gap.
      let background = adapted[.text].background?.paletteIndex(in: depth) ?? 0
      #expect(!colors.contains(background), "\(theme.name), \(depth.rawValue) colours: \(name)")
    }
  }

  /// Without colours the parts differ in their patterns, and page orders in their digits. Attributes separate neighbours.
  @Test(arguments: [GlyphSet.unicode, .ascii])
  func partsDifferWithoutColours(glyphs: GlyphSet) {
    let theme = Theme.midnight.adapted(to: .none)
    let bar = StackedBar([], glyphs: glyphs, usesPatterns: theme.isMonochrome)
    for count in [Theme.ledgerCount, Theme.orderCount] {
      #expect(Set((0..<count).map { bar.glyph(ofPart: $0) }).count == count)
    }
    for palette in [theme.ledger, theme.orders] {
      for index in palette.indices.dropFirst() { #expect(palette[index] != palette[index - 1], "\(index)") }
    }
  }

  @Test func palettesForSixteenColoursReplaceTheOthers() throws {
    let ten = Array(repeating: "\"#010203\"", count: 11).joined(separator: ", ")
    let toml = """
      name = "x"
      description = "x"
      [styles]
      text = {}
      [palettes]
      ledger = [\(ten)]
      orders = [\(ten)]
      orders-16 = [\(ten.replacing("#010203", with: "#ff0000"))]
      """
    let theme = try Theme(toml: toml, file: "x.toml").adapted(to: .sixteen)
    #expect(theme.orders.allSatisfy { $0.foreground == Color("#ff0000") })
    #expect(theme.ledger.allSatisfy { $0.foreground == Color("#010203") })
    let error = #expect(throws: ThemeError.self) {
      try Theme(toml: toml.replacing("orders-16 = [", with: "ledger-16 = [\"#000000\"]\norders-16 = ["), file: "x.toml")
    }
    #expect(error?.description == "x.toml:8: palette 'ledger-16' has 1 styles, expected at least 10")
  }
}
