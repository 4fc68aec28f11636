extension PagesPanel {
  /// Labels of the page with their definitions, for the help screen.
  static let labels = columns.map(\.label) + PoolOrdersPanel.columns.map(\.label)
}
