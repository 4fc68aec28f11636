/// Scrollable table with column headings and one selected row.
///
/// Columns that do not fit are hidden, those with the highest ``Column/hidingOrder`` number first. The contents are
/// requested for visible rows only, so that the cost of drawing does not depend on the number of rows.
public struct Table: Widget {
  /// Columns, from left to right.
  public var columns: [Column]
  /// Number of rows of the table.
  public var rowCount: Int
  /// Selected row and scroll position. The scroll position is adjusted to the height of the table when it is drawn.
  public var selection: ListSelection
  /// Sort column to mark in the header; nil for none. The table does not sort its rows.
  public var sort: Sort?
  /// Styles and glyphs.
  public var appearance: Appearance
  /// Returns the contents of the row at an index, one per column. It is called for visible rows only.
  public var row: @Sendable (Int) -> [Content]

  /// Creates a table of `rowCount` rows whose contents `row` returns.
  public init(
    columns: [Column], rowCount: Int, selection: ListSelection = ListSelection(), sort: Sort? = nil,
    appearance: Appearance, row: @escaping @Sendable (Int) -> [Content]
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.selection = selection
    self.sort = sort
    self.appearance = appearance
    self.row = row
  }
}

extension Table {
  /// Column of a table.
  public struct Column: Hashable, Sendable {
    /// Heading.
    public var title: String
    /// Preferred width in cells.
    public var width: Int
    /// Minimum width in cells; the column is hidden if it does not fit.
    public var minimumWidth: Int
    /// Alignment of the heading and the contents.
    public var alignment: Alignment
    /// Order in which columns are hidden: those with the highest number first, those with 0 last.
    public var hidingOrder: Int
    /// Whether the column is widened beyond ``width`` if the table has cells left.
    public var grows: Bool

    /// Creates a column.
    /// - Parameters:
    ///   - title: Heading.
    ///   - width: Preferred width in cells.
    ///   - minimumWidth: Minimum width in cells; nil for `width`.
    ///   - alignment: Alignment of the heading and the contents.
    ///   - hidingOrder: Order in which columns are hidden, the highest number first.
    ///   - grows: Whether the column is widened if the table has cells left.
    public init(
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
  public enum Content: Sendable {
    /// Text in a style that is laid over the style of the row.
    case text(String, Style = .plain)
    /// Text in several styles.
    case spans([Span])
    /// Widget that is drawn over the background of the row.
    case widget(any Widget)
  }

  /// Sort column and sort direction.
  public struct Sort: Hashable, Sendable {
    /// Index of the sort column.
    public var column: Int
    /// Whether the smallest value comes first.
    public var ascending: Bool

    /// Creates a sort order by the column at index `column`.
    public init(column: Int, ascending: Bool) {
      self.column = column
      self.ascending = ascending
    }
  }

  /// Styles and glyphs of a table.
  public struct Appearance: Hashable, Sendable {
    /// Styles of the headings, the heading of the sort column, the rows and the selected row.
    public var header, sorted, row, selected: Style
    /// Characters for sort marks and truncated text.
    public var glyphs: GlyphSet

    /// Creates the appearance of tables in `theme`.
    /// - Parameters:
    ///   - theme: Theme that the styles are taken from.
    ///   - glyphs: Characters for sort marks and truncated text.
    ///   - highlightsSelection: Whether the selected row is highlighted.
    public init(_ theme: Theme, glyphs: GlyphSet, highlightsSelection: Bool = true) {
      header = theme[.header]
      sorted = theme[.sorted]
      row = theme[.text]
      selected = highlightsSelection ? theme[.selected] : theme[.text]
      self.glyphs = glyphs
    }
  }
}
