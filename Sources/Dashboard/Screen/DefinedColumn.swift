import Telemetry
import TerminalUI

/// Label on the screen with its definition, which the help screen shows.
struct DefinedLabel: Sendable, Hashable {
  /// Text on the screen.
  let label: String
  /// Definition in one or two full sentences.
  let definition: String

  init(_ label: String, _ definition: String) { (self.label, self.definition) = (label, definition) }

  /// Creates the label of a figure that is shown by its name.
  init(nameOf figure: Figure) { self.init(figure.name, figure.definition) }
}

/// Table column with the definition of its heading, which the help screen shows.
struct DefinedColumn: Sendable {
  let column: Table.Column
  /// Definition in one or two full sentences.
  let definition: String

  init(_ column: Table.Column, _ definition: String) { (self.column, self.definition) = (column, definition) }

  /// Creates a column whose heading and definition are those of a figure.
  init(
    _ figure: Figure, width: Int, minimumWidth: Int? = nil, alignment: Alignment = .trailing, hidingOrder: Int = 0,
    grows: Bool = false
  ) {
    let column = Table.Column(
      figure.label, width: width, minimumWidth: minimumWidth, alignment: alignment, hidingOrder: hidingOrder,
      grows: grows)
    self.init(column, figure.definition)
  }

  /// Heading with its definition.
  var label: DefinedLabel { DefinedLabel(column.title, definition) }
}
