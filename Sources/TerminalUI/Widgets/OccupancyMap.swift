/// Many small things side by side, each a glyph as high as it is full, wrapped to the width of the map.
public struct OccupancyMap: Widget {
  /// One of the things.
  public struct Item: Hashable, Sendable {
    /// How full it is, 0...1.
    public var level: Double
    /// Its colour.
    public var style: Style

    /// A thing as full as `level`.
    public init(level: Double, style: Style) {
      self.level = level
      self.style = style
    }
  }

  /// The things, in order.
  public var items: [Item]
  /// The characters to draw with; an empty thing shows as ``GlyphSet/separator``.
  public var glyphs: GlyphSet
  /// The style of the count of those that found no room.
  public var overflowStyle: Style

  /// A map of `items`.
  public init(_ items: [Item], glyphs: GlyphSet, overflowStyle: Style = .plain) {
    self.items = items
    self.glyphs = glyphs
    self.overflowStyle = overflowStyle
  }

  /// How many rows all the things need in `width` columns.
  public func height(in width: Int) -> Int { width > 0 ? (items.count + width - 1) / width : 0 }

  /// Draws the things row by row; where there are more than fit, the end of the last row says how many as `+n`.
  public func draw(on canvas: inout Canvas, in rect: Rect) {
    var shown = min(items.count, rect.width * rect.height)
    if shown < items.count {
      var note = "+\(items.count - shown)"
      // Each column that the note takes leaves one more thing out.
      note = "+\(items.count - max(0, shown - note.count))"
      shown = max(0, shown - note.count)
      canvas.draw(note, at: Point(x: rect.maxX - note.count, y: rect.maxY - 1), style: overflowStyle)
    }
    for (index, item) in items.prefix(shown).enumerated() {
      let glyph = item.level > 0 ? glyphs.level(item.level) : glyphs.separator
      let point = Point(x: rect.minX + index % rect.width, y: rect.minY + index / rect.width)
      canvas.draw(glyph, at: point, style: item.style)
    }
  }
}
