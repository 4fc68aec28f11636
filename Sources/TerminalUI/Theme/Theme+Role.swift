extension Theme {
  /// What a style is for; the raw value is its key in a theme file.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Plain text, and the background of the screen.
    case text
    /// Text of less weight: units, zeros, explanations.
    case dim
    /// Text that is to be noticed.
    case accent
    /// The program's name, and the titles of panels.
    case title
    /// The headings of a table.
    case header
    /// The heading of the column that a table is sorted by.
    case sorted
    /// The selected row.
    case selected
    /// Lines of boxes, and scrollbars.
    case border
    /// The key in a key bar.
    case keyLabel = "key-label"
    /// What that key does.
    case keyText = "key-text"
    /// All is well.
    case good
    /// Worth a look.
    case warning
    /// Something is wrong.
    case critical
    /// A line across the screen that cannot be overlooked, PAUSED for one.
    case banner
    /// Sparklines and charts.
    case sparkline
    /// The line that text is typed into.
    case input
    /// The inside of a box on top of everything else.
    case popup
  }
}
