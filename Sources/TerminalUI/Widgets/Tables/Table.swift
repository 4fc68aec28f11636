/// Scrollable table with column headings and one selected row.
///
/// Columns that do not fit are hidden, those with the highest ``Column/hidingOrder`` number first, unless the columns are
/// scrolled sideways (``scroll``). The contents are
/// requested for visible rows only, so that the cost of drawing does not depend on the number of rows.
package struct Table: Widget {
  /// Columns, from left to right.
  package var columns: [Column]
  /// Number of rows of the table.
  package var rowCount: Int
  /// Selected row and scroll position. The scroll position is adjusted to the height of the table when it is drawn.
  package var selection: ListSelection
  /// Sort column to mark in the header; nil for none. The table does not sort its rows.
  package var sort: Sort?
  /// Styles and glyphs.
  package var appearance: Appearance
  /// Sideways scroll position of the columns after the first, which stays in place; nil if columns without room are hidden
  /// in their ``Column/hidingOrder`` instead.
  package var scroll: ColumnScroll?
  /// Returns the contents of the row at an index, one per column. It is called for visible rows only.
  package var row: @Sendable (Int) -> [Content]

  /// Creates a table of `rowCount` rows whose contents `row` returns.
  package init(
    columns: [Column], rowCount: Int, selection: ListSelection = ListSelection(), sort: Sort? = nil,
    appearance: Appearance, scroll: ColumnScroll? = nil, row: @escaping @Sendable (Int) -> [Content]
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.selection = selection
    self.sort = sort
    self.appearance = appearance
    self.scroll = scroll
    self.row = row
  }
}

extension Table {
  /// Column of a table.
  package struct Column: Hashable, Sendable {
    /// Heading.
    package var title: String
    /// Preferred width in cells.
    package var width: Int
    /// Minimum width in cells; the column is hidden if it does not fit.
    package var minimumWidth: Int
    /// Alignment of the heading and the contents.
    package var alignment: Alignment
    /// Order in which columns are hidden: those with the highest number first, those with 0 last.
    package var hidingOrder: Int
    /// Whether the column is widened beyond ``width`` if the table has cells left.
    package var grows: Bool

    /// Creates a column.
    /// - Parameters:
    ///   - title: Heading.
    ///   - width: Preferred width in cells.
    ///   - minimumWidth: Minimum width in cells; nil for `width`.
    ///   - alignment: Alignment of the heading and the contents.
    ///   - hidingOrder: Order in which columns are hidden, the highest number first.
    ///   - grows: Whether the column is widened if the table has cells left.
    package init(
      _ title: String, width: Int, minimumWidth: Int? = nil, alignment: Alignment = .leading, hidingOrder: Int = 0,
      grows: Bool = false
    ) {
      self.title = title
      self.width = width
      self.minimumWidth = min(minimumWidth ?? width, width)
      self.alignment = alignment
      self.hidingOrder = hidingOrder
      self.grows = grows
    }
  }

  /// Content of one cell of a table.
  package enum Content: Sendable {
    /// Text in a style that is laid over the style of the row.
    case text(String, Style = .plain)
    /// Text in several styles. Spans at the end that begin with a space are omitted if they do not fit.
    case spans([Span])
    /// Widget that is drawn over the background of the row.
    case widget(any Widget)
  }

  /// Sort column and sort direction.
  package struct Sort: Hashable, Sendable {
    /// Index of the sort column.
    package var column: Int
    /// Whether the smallest value comes first.
    package var ascending: Bool

    /// Creates a sort order by the column at index `column`.
    package init(column: Int, ascending: Bool) {
      self.column = column
      self.ascending = ascending
    }
  }

  /// Styles and glyphs of a table.
  package struct Appearance: Hashable, Sendable {
    /// Styles of the headings, the heading of the sort column, the rows and the selected row.
    package var header, sorted, row, selected: Style
    /// Characters for sort marks and truncated text.
    package var glyphs: GlyphSet

    /// Creates the appearance of tables in `theme`.
    /// - Parameters:
    ///   - theme: Theme that the styles are taken from.
    ///   - glyphs: Characters for sort marks and truncated text.
    ///   - highlightsSelection: Whether the selected row is highlighted.
    package init(_ theme: Theme, glyphs: GlyphSet, highlightsSelection: Bool = true) {
      header = theme[.header]
      sorted = theme[.sorted]
      row = theme[.text]
      selected = highlightsSelection ? theme[.selected] : theme[.text]
      self.glyphs = glyphs
    }
  }
}
