/// A curve over what is drawn already, a column a figure, newest at the right, unbroken where it is steep: in braille dots on the
/// colours beneath and between dots that are there already, or in a letter that stands out without colours.
package struct CurveOverlay: Widget {
  /// The figures, oldest first; the last of them that fit are shown. Where one is nil the curve has a gap.
  package var values: [Double?]
  /// The figure that reaches the top.
  package var maximum: Double
  /// Its colour.
  package var style: Style
  /// Its colour over blocks of another; nil for the same.
  package var colorOnBlocks: Color?
  /// The letter to draw with; nil for braille dots.
  package var letter: Character?

  /// The course of `values`, oldest first.
  package init(
    _ values: [Double?], maximum: Double, style: Style, colorOnBlocks: Color? = nil, letter: Character? = nil
  ) {
    (self.values, self.maximum, self.style, self.letter) = (values, maximum, style, letter)
    self.colorOnBlocks = colorOnBlocks
  }

  /// Draws it, within the rectangle.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let steps = rect.height * (letter == nil ? 4 : 1)
    guard maximum > 0, steps > 0 else { return }
    let shown = values.suffix(rect.width)
    var before: Int?
    for (x, value) in zip(rect.maxX - shown.count..<rect.maxX, shown) {
      guard let value, value.isFinite else {
        before = nil
        continue
      }
      let share = min(max(0, value / maximum), 1)
      // The highest step of a stack of this height.
      let step = steps - max(1, Int((share * Double(steps)).rounded()))
      // Up or down to where the curve was.
      let start = before.map { $0 < step ? $0 + 1 : $0 > step ? $0 - 1 : step } ?? step
      draw(from: start, to: step, at: x, top: rect.minY, on: &canvas)
      before = step
    }
  }

  /// Draws a column's part of the curve: the way to its step, and the step.
  private func draw(from start: Int, to step: Int, at x: Int, top: Int, on canvas: inout Canvas) {
    let (first, last) = (min(start, step), max(start, step))
    if let letter {
      for y in first...last { canvas.draw(letter, at: Point(x: x, y: top + y), style: style) }
      return
    }
    for row in first / 4...last / 4 {
      var dots: UInt32 = 0
      for dot in max(first, row * 4)...min(last, row * 4 + 3) {
        dots |= BrailleChart.dot(row: dot % 4, column: 0)
        if dot == step { dots |= BrailleChart.dot(row: dot % 4, column: 1) }
      }
      let point = Point(x: x, y: top + row)
      dots |= CurveOverlay.dots(of: canvas[point].glyph)
      guard let scalar = Unicode.Scalar(0x2800 + dots) else { continue }
      let isLowerHalf = min(last, row * 4 + 3) % 4 >= 2
      var style = style
      if let block = block(in: canvas[point], isLowerHalf: isLowerHalf) {
        (style.background, style.foreground) = (block, colorOnBlocks ?? style.foreground)
      }
      canvas.draw(Character(scalar), at: point, style: style)
    }
  }

  /// The dots of a braille character; none of another.
  private static func dots(of glyph: Character) -> UInt32 {
    guard let scalar = glyph.unicodeScalars.first, (0x2800...0x28ff).contains(scalar.value) else { return 0 }
    return scalar.value & 0xff
  }

  /// The colour of the block that covers a half of a cell; nil if none does. Where two blocks share a cell, the upper one is its
  /// background.
  private func block(in cell: Cell, isLowerHalf: Bool) -> Color? {
    switch cell.glyph {
    case "█": cell.style.foreground
    case "▄" where isLowerHalf: cell.style.foreground
    case "▄" where cell.style.background != style.background: cell.style.background
    default: nil
    }
  }
}
