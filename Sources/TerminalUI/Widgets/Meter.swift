/// A bar as long as a share of its room; the rest stays as it is.
public struct Meter: Widget {
  /// How much is filled, 0...1; anything above 0 shows.
  public var share: Double
  /// Its colour.
  public var style: Style
  /// The characters to draw with.
  public var glyphs: GlyphSet

  /// A bar filled by `share`.
  public init(_ share: Double, style: Style, glyphs: GlyphSet) {
    (self.share, self.style, self.glyphs) = (share, style, glyphs)
  }

  /// Draws it, within the rectangle.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    guard share > 0 else { return }
    let filled = max(1, Int((min(1, share) * Double(rect.width)).rounded()))
    for y in rect.minY..<rect.maxY {
      canvas.draw(glyphs.full, count: filled, at: Point(x: rect.minX, y: y), style: style)
    }
  }
}
