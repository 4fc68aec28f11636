import TerminalUI

/// Column of a list on a page: heading with definition, the value for sorting and filtering, and the content of its cells.
struct PageColumn<Row: Sendable>: Sendable {
  /// Value of a row in the column.
  enum Value: Sendable {
    /// Drawing, by which the list cannot be sorted.
    case drawing
    case text(@Sendable (Row) -> String)
    /// Figure; nil if it is not known.
    case number(@Sendable (Row) -> Double?)
  }

  let defined: DefinedColumn
  let value: Value
  /// Whether the smallest value comes first by default.
  let ascends: Bool
  /// Magnitude by which rows are sorted in place of the figure; nil for the figure itself.
  let sortKey: (@Sendable (Row) -> Double)?
  let cell: @Sendable (Row, Theme, GlyphSet) -> Table.Content

  /// Creates a column of texts, which ascends by default.
  init(
    _ defined: DefinedColumn, text: @escaping @Sendable (Row) -> String,
    cell: (@Sendable (Row, Theme, GlyphSet) -> Table.Content)? = nil
  ) {
    (self.defined, value, ascends, sortKey) = (defined, .text(text), true, nil)
    self.cell = cell ?? { row, _, _ in .text(text(row)) }
  }

  /// Creates a column of figures, which descends by default.
  /// - Parameters:
  ///   - number: Returns the figure that filters compare; nil if it is not known.
  ///   - sortKey: Returns the magnitude that rows are sorted by; nil for the figure.
  init(
    _ defined: DefinedColumn, ascends: Bool = false, number: @escaping @Sendable (Row) -> Double?,
    sortKey: (@Sendable (Row) -> Double)? = nil,
    cell: @escaping @Sendable (Row, Theme, GlyphSet) -> Table.Content
  ) {
    (self.defined, value, self.ascends, self.sortKey) = (defined, .number(number), ascends, sortKey)
    self.cell = cell
  }

  /// Creates a column of counts in powers of 1000, `-` where the count is not known.
  init(_ defined: DefinedColumn, ascends: Bool = false, count: @escaping @Sendable (Row) -> Int?) {
    self.init(defined, ascends: ascends, number: { count($0).map(Double.init) }) { row, theme, _ in
      let value = count(row)
      return .text(NumberFormat.count(value), value == nil ? theme[.dim] : .plain)
    }
  }

  /// Creates a column of bytes in powers of 1024, `-` where they are not known.
  init(_ defined: DefinedColumn, bytes: @escaping @Sendable (Row) -> Int?) {
    self.init(defined, number: { bytes($0).map(Double.init) }) { row, theme, _ in
      let value = bytes(row)
      return .text(value.map(NumberFormat.bytes) ?? "-", value == nil ? theme[.dim] : .plain)
    }
  }

  /// Creates a column of drawings.
  init(drawing defined: DefinedColumn, cell: @escaping @Sendable (Row, Theme, GlyphSet) -> Table.Content) {
    (self.defined, value, ascends, sortKey, self.cell) = (defined, .drawing, false, nil, cell)
  }

  var title: String { defined.column.title }
  /// Heading with its definition.
  var label: DefinedLabel { defined.label }
  /// Name of the column in a filter: letters and digits of the heading in lower case.
  var fieldName: String { title.lowercased().filter { $0.isLetter || $0.isNumber } }

  var isSortable: Bool {
    if case .drawing = value { false } else { true }
  }
}
