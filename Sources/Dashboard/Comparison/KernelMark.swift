import TerminalUI

/// What the recorded kernel's curve looks like in a chart and in its legend: dots, or a letter where there are no colours.
struct KernelMark {
  /// The letter that the curve is drawn with; nil for dots.
  let letter: Character?
  /// Its colour.
  let style: Style
  /// Its colour over parts of a stacked chart: these stand out from the screen's background, and so does it from them.
  let colorOnBlocks: Color?

  init(theme: Theme, glyphs: GlyphSet) {
    letter = glyphs.isASCII || theme.isMonochrome ? "K" : nil
    style = theme[theme.isMonochrome ? .accent : .text].adding(.bold)
    // As a foreground, the terminal's default is another colour than as a background.
    colorOnBlocks = style.background == .terminalDefault ? nil : style.background
  }

  /// What stands for the curve in a legend.
  var text: String { letter.map(String.init) ?? "\u{2812}" }

  /// The curve, to be drawn over a chart whose top is `maximum`.
  func curve(_ values: [Double?], maximum: Double) -> CurveOverlay {
    CurveOverlay(values, maximum: maximum, style: style, colorOnBlocks: colorOnBlocks, letter: letter)
  }
}
