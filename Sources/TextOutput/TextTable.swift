/// A table of plain text: a line of headings and a line for each row.
///
///     var table = TextTable(["cache", "objects"])
///     table.add(["skbuff_head_cache", "96"])
///     print(table.text)
package struct TextTable {
  private var headings: [String]
  private var columns: [Column]?
  private var indentation: Int
  private var lastColumn = LastColumn.automatic
  private var content: [Content] = []

  private enum Content {
    case row([String])
    case line(String)
  }

  /// Contents of the last column of a table whose columns are as wide as their longest cells.
  package enum LastColumn {
    /// Text, aligned left, if a cell contains a space and does not end in `%`; otherwise figures.
    case automatic
    /// Figures, aligned right, even if they contain spaces.
    case figures
  }

  /// Creates an empty table whose columns are as wide as their longest cells. The first column is aligned left, the
  /// others right; `lastColumn` determines the alignment of the last.
  package init(_ headings: [String], lastColumn: LastColumn = .automatic) {
    self.headings = headings
    self.lastColumn = lastColumn
    indentation = 0
  }

  /// Creates an empty table with the given columns. If all headings are empty, the line of headings is left out.
  /// - Parameters:
  ///   - columns: Heading and format of each column.
  ///   - indentation: Number of spaces at the beginning of each line.
  package init(columns: [(heading: String, column: Column)], indentation: Int = 0) {
    headings = columns.map(\.heading)
    self.columns = columns.map(\.column)
    self.indentation = indentation
  }

  /// Width of the first column at most, unless the columns were given. Longer cells end in an ellipsis.
  private static let firstColumnWidth = 80

  /// Adds a row. Characters that are not printable are replaced (``EscapedText``).
  /// - Precondition: `cells` has a cell for each column.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count, "a row needs a cell for each column")
    var cells = cells.map { EscapedText.line($0) }
    if columns == nil, let first = cells.first, first.count > TextTable.firstColumnWidth {
      cells[0] = first.prefix(TextTable.firstColumnWidth - 1) + "…"
    }
    content.append(.row(cells))
  }

  /// Adds a line that is printed as it is, without columns and indentation.
  package mutating func add(line: String) { content.append(.line(line)) }

  /// The lines of the table without their line ends, headings first.
  package var lines: [String] {
    let columns = columns ?? fittedColumns
    let body = content.map { content in
      switch content {
      case .row(let cells): line(of: cells, in: columns)
      case .line(let text): text
      }
    }
    return headings.allSatisfy(\.isEmpty) ? body : [line(of: headings, in: columns)] + body
  }

  /// The lines of the table, separated by line ends.
  package var text: String { lines.joined(separator: "\n") }

  private func line(of cells: [String], in columns: [Column]) -> String {
    String(repeating: " ", count: indentation) + zip(columns, cells).map { $0.text(of: $1) }.joined()
  }

  private var fittedColumns: [Column] {
    let rows = content.compactMap { content -> [String]? in
      if case .row(let cells) = content { cells } else { nil }
    }
    let endsInText =
      lastColumn == .automatic && rows.contains { $0.last.map { $0.contains(" ") && !$0.hasSuffix("%") } ?? false }
    return headings.indices.map { index in
      let width = ([headings] + rows).map { $0[index].count }.max() ?? 0
      if index == 0 { return .left(width, truncates: false) }
      return index == headings.count - 1 && endsInText ? .remark() : .right(width + 2)
    }
  }
}
