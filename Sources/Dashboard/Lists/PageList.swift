import TerminalUI

/// List of a page with the sort order, the filter and the selection applied: the rows as they are on the screen.
struct PageList: Sendable {
  /// Heading of a column, with its layout, its definition and its default direction.
  struct Column: Sendable {
    let defined: DefinedColumn
    /// Name of the column in a filter; nil for a drawing.
    let fieldName: String?
    /// Whether the list can be sorted by the column.
    var isSortable: Bool { fieldName != nil }
    var title: String { defined.column.title }

    init<Row>(_ column: PageColumn<Row>) {
      (defined, fieldName) = (column.defined, column.isSortable ? column.fieldName : nil)
    }
  }

  let id: PageListID
  let columns: [Column]
  /// Number of rows without the filter.
  let totalCount: Int
  /// Identities of the listed rows, from top to bottom.
  let rowIDs: [String]
  /// State that was applied.
  let state: PageListState
  let sort: Table.Sort?
  /// Error in the filter; nil if it is valid.
  let filterProblem: QueryError?
  /// Returns the cells of a listed row.
  let cells: @Sendable (Int, Theme, GlyphSet) -> [Table.Content]
  /// Returns the cache that a listed row is about; nil if it is about none.
  let cache: @Sendable (Int) -> String?
  /// Returns what Enter opens on a listed row.
  let detail: @Sendable (Int) -> RowDetail

  var count: Int { rowIDs.count }

  /// The selected row and the scroll position: the row with the selected identity; if it is gone, the row at its last position.
  var selection: ListSelection {
    var selection = state.selection
    let index = state.selectedID.map { id in rowIDs.firstIndex(of: id) ?? selection.selected } ?? 0
    selection.select(index, rowCount: count)
    return selection
  }

  /// Index of the selected row; nil if the list is empty.
  var selectedIndex: Int? { rowIDs.isEmpty ? nil : selection.selected }

  /// Names of the fields that a filter can compare.
  var fieldNames: [String] { columns.compactMap(\.fieldName) }

  /// Returns the list as a table.
  func table(_ theme: Theme, _ glyphs: GlyphSet, isFocused: Bool) -> Table {
    let cells = cells
    return Table(
      columns: columns.map(\.defined.column), rowCount: count, selection: selection, sort: sort,
      appearance: Table.Appearance(theme, glyphs: glyphs, highlightsSelection: isFocused)
    ) { cells($0, theme, glyphs) }
  }
}
