/// A table with headings: rows and columns as the room allows, one row selected.
///
/// Columns that do not fit vanish, those of the highest ``Column/priority`` number first. Only rows in view are asked for, so
/// that a table of thousands costs no more than a screenful.
public struct Table: Widget {
  /// The columns, from the left.
  public var columns: [Column]
  /// How many rows there are.
  public var rowCount: Int
  /// The row selected and the first row in view, as far as the room allows.
  public var selection: ListSelection
  /// The column that rows are sorted by, if any, to be marked in the header.
  public var sort: Sort?
  /// How it looks.
  public var appearance: Appearance
  /// The contents of a row, a cell for each column; asked only for rows in view.
  public var row: @Sendable (Int) -> [Content]

  /// A table of `rowCount` rows, whose cells `row` provides.
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
  /// A column of a table.
  public struct Column: Hashable, Sendable {
    /// Its heading.
    public var title: String
    /// The columns of the screen it would like.
    public var width: Int
    /// The columns it needs to be there at all.
    public var minimumWidth: Int
    /// Where its text and heading lie.
    public var alignment: Alignment
    /// How readily it vanishes: 0 for the columns that stay to the last, higher for those that go before.
    public var priority: Int
    /// Whether it takes a share of what room is left over.
    public var grows: Bool

    /// A column; without a minimum it is there in its full width or not at all.
    public init(
      _ title: String, width: Int, minimumWidth: Int? = nil, alignment: Alignment = .leading, priority: Int = 0,
      grows: Bool = false
    ) {
      self.title = title
      self.width = width
      self.minimumWidth = min(minimumWidth ?? width, width)
      self.alignment = alignment
      self.priority = priority
      self.grows = grows
    }
  }

  /// What one cell of a table shows.
  public enum Content: Sendable {
    /// Text, in the row's style or one laid over it.
    case text(String, Style = .plain)
    /// Text in several styles.
    case spans([Span])
    /// Another widget, drawn over the row's background.
    case widget(any Widget)
  }

  /// By which column the rows are sorted, and which way.
  public struct Sort: Hashable, Sendable {
    /// The index of the column.
    public var column: Int
    /// Whether the smallest comes first.
    public var ascending: Bool

    /// Sorted by the column of index `column`.
    public init(column: Int, ascending: Bool) {
      self.column = column
      self.ascending = ascending
    }
  }

  /// The styles and glyphs of a table.
  public struct Appearance: Hashable, Sendable {
    /// Headings, the heading sorted by, rows and the selected row.
    public var header, sorted, row, selected: Style
    /// The characters for sort marks and cut text.
    public var glyphs: GlyphSet

    /// As `theme` has it.
    /// - Parameter selects: whether a row can be selected, and is to stand out.
    public init(_ theme: Theme, glyphs: GlyphSet, selects: Bool = true) {
      header = theme[.header]
      sorted = theme[.sorted]
      row = theme[.text]
      selected = selects ? theme[.selected] : theme[.text]
      self.glyphs = glyphs
    }
  }
}
