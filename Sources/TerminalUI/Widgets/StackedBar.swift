/// A whole as one bar, divided among its parts.
///
/// The bar fills its room exactly (see ``apportion(_:by:visible:)``), and each part that is not nothing has at least a cell,
/// if there are enough. Parts differ in colour; without colours, in glyph.
public struct StackedBar: Widget {
  /// A part of the whole.
  public struct Part: Hashable, Sendable {
    /// How much it is, in any unit.
    public var weight: Double
    /// Its colour: the foreground.
    public var style: Style

    /// A part of so much weight.
    public init(_ weight: Double, _ style: Style) {
      self.weight = weight
      self.style = style
    }
  }

  /// The parts, from the left; the index of one chooses its glyph where ``usesPatterns`` is set.
  public var parts: [Part]
  /// The characters to draw with.
  public var glyphs: GlyphSet
  /// Whether each part has a glyph of its own.
  public var usesPatterns: Bool

  /// A bar of `parts`.
  ///
  /// - Parameter usesPatterns: whether each part is to have a glyph of its own, as it should where
  ///   ``Theme/isMonochrome`` is; ASCII bars always do.
  public init(_ parts: [Part], glyphs: GlyphSet, usesPatterns: Bool = false) {
    self.parts = parts
    self.glyphs = glyphs
    self.usesPatterns = usesPatterns || glyphs.isASCII
  }

  /// The glyph that stands for the part of this index, for a legend.
  public func glyph(ofPart index: Int) -> Character {
    usesPatterns ? glyphs.patterns[index % glyphs.patterns.count] : glyphs.full
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    let widths = apportion(rect.width, by: parts.map(\.weight), visible: true)
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
