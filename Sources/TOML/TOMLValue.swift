/// Value of a TOML document.
package enum TOMLValue: Hashable, Sendable {
  /// Table: a section, an inline table or the parent of a dotted key.
  case table(TOMLTable)
  /// Array, also one of tables.
  case array([TOMLValue])
  /// String.
  case string(String)
  /// Whole number.
  case integer(Int)
  /// Number with a fraction or an exponent, infinity or not-a-number.
  case float(Double)
  /// Boolean.
  case boolean(Bool)
  /// Date, time, or both. No file of slabscope has one.
  case time

  /// Table, if the value is one.
  package var table: TOMLTable? { if case .table(let table) = self { table } else { nil } }

  /// Values of the array, if the value is one.
  package var array: [TOMLValue]? { if case .array(let values) = self { values } else { nil } }

  /// String, if the value is one.
  package var string: String? { if case .string(let text) = self { text } else { nil } }

  /// Whole number, if the value is one.
  package var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  /// Floating-point number, if the value is one.
  package var float: Double? { if case .float(let number) = self { number } else { nil } }

  /// Boolean, if the value is one.
  package var boolean: Bool? { if case .boolean(let answer) = self { answer } else { nil } }
}
