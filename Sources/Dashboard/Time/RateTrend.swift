import TerminalUI

/// Rates over the last minute.
struct RateTrend: Sendable, Hashable {
  /// Rates per second, oldest first. The last one ends now.
  let rates: [Double]
  /// Seconds over which each rate was measured.
  let seconds: [Double]
}

/// Sparkline of the rates of the last minute: each column shows the largest rate of its interval. Its span is stated in the
/// heading of the table column.
struct RateSparkline: Widget {
  let trend: RateTrend
  let style: Style
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    // The columns end with the latest rate, because the sparkline has no axis that would stay in place.
    let columns = TimeColumns(rect.width, span: RateHistory.span, end: 0)
    let rates = columns.largest(trend.rates, seconds: trend.seconds, end: 0)
    canvas.draw(Sparkline(rates, style: style, glyphs: glyphs), in: rect)
  }
}
