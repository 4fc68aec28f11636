/// A table as lines of text: the first column and the last to the left, figures to the right.
package struct AlignedTable {
  private var rows: [[String]]

  /// A table with headings and no row.
  package init(_ headings: [String]) { rows = [headings] }

  /// Adds a row, a cell for each heading.
  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, headings first.
  package var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let endsInWords = rows.dropFirst().contains {
      $0.last?.contains(" ") ?? false && !($0.last?.hasSuffix("%") ?? false)
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        if column == 0 { return cell + space }
        return column == row.count - 1 && endsInWords ? cell : space + cell
      }.joined(separator: "  ")
    }
  }
}
