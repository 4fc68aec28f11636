/// Map of items, such as slabs: one cell per item whose bar shows the occupancy of the item, in rows of the width of
/// the map.
package struct OccupancyMap: Widget {
  /// Item of the map.
  package struct Item: Hashable, Sendable {
    /// Occupancy, 0...1.
    package var level: Double
    /// Style of the bar.
    package var style: Style

    /// Creates an item with the occupancy `level`.
    package init(level: Double, style: Style) {
      self.level = level
      self.style = style
    }
  }

  /// Items in row-major order.
  package var items: [Item]
  /// Characters to draw with; an empty item is drawn as ``GlyphSet/separator``.
  package var glyphs: GlyphSet
  /// Style of the number of items that do not fit.
  package var overflowStyle: Style

  /// Creates a map of `items`.
  package init(_ items: [Item], glyphs: GlyphSet, overflowStyle: Style = .plain) {
    self.items = items
    self.glyphs = glyphs
    self.overflowStyle = overflowStyle
  }

  /// Returns the number of rows that all items need in `width` columns.
  package func height(in width: Int) -> Int { width > 0 ? (items.count + width - 1) / width : 0 }

  /// Draws the items into `rect`. If n items do not fit, the last row ends with `+n`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    var shown = min(items.count, rect.width * rect.height)
    if shown < items.count {
      var note = "+\(items.count - shown)"
      // Each column of the note hides one more item.
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
