/// Horizontal bar divided in proportion to the weights of its parts.
///
/// The parts fill the bar exactly (see ``apportion(_:by:minimumOneCell:)``). Each part of positive weight has at least one
/// cell if the bar has enough cells. Parts differ in colour; without colours, in glyph.
package struct StackedBar: Widget {
  /// Part of a bar.
  package struct Part: Hashable, Sendable {
    /// Weight of the part; only the ratio to the other weights matters.
    package var weight: Double
    /// Style of the part; its colour is the foreground.
    package var style: Style

    /// Creates a part of `weight`.
    package init(_ weight: Double, _ style: Style) {
      self.weight = weight
      self.style = style
    }
  }

  /// Parts, from left to right.
  package var parts: [Part]
  /// Characters to draw with.
  package var glyphs: GlyphSet
  /// Whether each part is drawn with its own glyph, which ``glyph(ofPart:)`` selects by the index of the part.
  package var usesPatterns: Bool

  /// Creates a bar of `parts`.
  ///
  /// - Parameters:
  ///   - parts: Parts, from left to right.
  ///   - glyphs: Characters to draw with.
  ///   - usesPatterns: Whether each part is drawn with its own glyph. Pass true if ``Theme/isMonochrome`` is true.
  ///     Bars of ASCII glyphs always use patterns.
  package init(_ parts: [Part], glyphs: GlyphSet, usesPatterns: Bool = false) {
    self.parts = parts
    self.glyphs = glyphs
    self.usesPatterns = usesPatterns || glyphs.isASCII
  }

  /// Returns the glyph of the part at `index`, for a legend.
  package func glyph(ofPart index: Int) -> Character {
    usesPatterns ? glyphs.patterns[index % glyphs.patterns.count] : glyphs.full
  }

  /// Draws the bar into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let widths = apportion(rect.width, by: parts.map(\.weight), minimumOneCell: true)
    var x = rect.minX
    for (index, width) in widths.enumerated() {
      let glyph = glyph(ofPart: index)
      for y in rect.minY..<rect.maxY where width > 0 {
        canvas.draw(glyph, count: width, at: Point(x: x, y: y), style: parts[index].style)
      }
      x += width
    }
  }
}
