import TerminalUI

/// Sort order, selection, scroll position and filter of a list on a page. It is kept while other pages are in view.
struct PageListState: Sendable, Hashable {
  /// Heading of the sort column; nil for the list's own sort order.
  var sortColumn: String?
  /// Whether the sort order is the inverse of the column's default.
  var isInverted = false
  /// Filter in the language of `RowQuery`; empty for none.
  var filter = ""
  /// Identity of the selected row, which stays selected when figures or the sort order change; nil until the user moves the selection:
  /// then the first row is selected.
  var selectedID: String?
  /// Index of the selected row when the list was last updated, and the scroll position.
  var selection = ListSelection()
}
