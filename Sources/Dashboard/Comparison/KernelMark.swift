import TerminalUI

/// Appearance of the recorded kernel's curve in a chart and its legend: dots, or a letter in ASCII or without colours.
struct KernelMark {
  /// Letter of the curve; nil for dots.
  let letter: Character?
  /// Style of the curve.
  let style: Style
  /// Colour of the curve over the blocks of a stacked chart: the background of the screen, which contrasts with the blocks. nil for
  /// the default.
  let colorOnBlocks: Color?

  init(theme: Theme, glyphs: GlyphSet) {
    letter = glyphs.isASCII || theme.isMonochrome ? "K" : nil
    style = theme[theme.isMonochrome ? .accent : .text].adding(.bold)
    // The terminal's default colour as a foreground differs from the default background.
    colorOnBlocks = style.background == .terminalDefault ? nil : style.background
  }

  /// Symbol of the curve in a legend.
  var text: String { letter.map(String.init) ?? "\u{2812}" }

  /// Returns the curve as an overlay of a chart whose top is `maximum`.
  func curve(_ values: [Double?], maximum: Double) -> CurveOverlay {
    CurveOverlay(values, maximum: maximum, style: style, colorOnBlocks: colorOnBlocks, letter: letter)
  }
}
