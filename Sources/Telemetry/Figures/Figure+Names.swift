import TextOutput

/// Name of a column that no figure of a cache has.
package struct UnknownFigureName: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  package var name: String
  /// Error message of one line.
  package var description: String {
    "unknown column '\(EscapedText.line(name, width: 40))'"
      + EditDistance.suggestion(for: name, among: Figure.columnNames) + "; columns: "
      + Figure.columnNames.joined(separator: ", ")
  }
}

extension Figure {
  /// Name of the figure in machine formats: its CSV column, or its JSON key, or its name with underscores.
  package var key: String { csvColumn ?? jsonKey ?? name.replacing(" ", with: "_") }

  /// Figures that a single snapshot of a cache has, as columns of exports.
  package static let columns: [Figure] = ofCaches.filter { $0.reader != nil }

  /// Names of ``columns`` in machine formats.
  package static var columnNames: [String] { columns.map(\.key) }

  /// Returns the figure of a cache with the given name, label, CSV column or JSON key, regardless of case; spaces, hyphens and
  /// underscores are equal.
  package static func column(named name: String) throws(UnknownFigureName) -> Figure {
    func plain(_ text: String) -> String {
      text.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    }
    let wanted = plain(name)
    guard
      let figure = columns.first(where: { figure in
        [figure.csvColumn, figure.jsonKey, figure.name, figure.label].contains { $0.map(plain) == wanted }
      })
    else { throw UnknownFigureName(name: name) }
    return figure
  }

  /// Returns the figures of a list of names that are separated by commas.
  package static func columns(named names: String) throws(UnknownFigureName) -> [Figure] {
    var figures: [Figure] = []
    for name in names.split(separator: ",", omittingEmptySubsequences: false) {
      figures.append(try column(named: name.trimmingPrefix { $0 == " " }.description))
    }
    return figures
  }
}
