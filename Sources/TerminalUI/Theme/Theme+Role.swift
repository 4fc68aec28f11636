extension Theme {
  /// Purpose of a style. The raw value is the key of the style in a theme file.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Plain text and the background of the screen.
    case text
    /// Less important text: units, zeros, explanations.
    case dim
    /// Highlighted text.
    case accent
    /// Name of the program and titles of panels.
    case title
    /// Column headings of a table.
    case header
    /// Column heading of the sort column.
    case sorted
    /// Selected row.
    case selected
    /// Box lines and scrollbars.
    case border
    /// Name of a key in the key bar.
    case keyLabel = "key-label"
    /// Label of a key in the key bar.
    case keyText = "key-text"
    /// Figure in its normal range.
    case good
    /// Figure that may indicate a problem.
    case warning
    /// Figure or message that indicates a failure.
    case critical
    /// Message across the whole screen, such as PAUSED.
    case banner
    /// Sparklines and charts.
    case sparkline
    /// Text field.
    case input
    /// Interior of a popup.
    case popup
  }
}
