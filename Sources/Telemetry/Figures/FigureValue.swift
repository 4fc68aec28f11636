/// Value of a figure that the source knows.
package enum FigureValue: Sendable, Hashable, CustomStringConvertible {
  /// Number of the figure's unit.
  case integer(Int)
  /// Percentage.
  case percentage(Double)
  /// Name.
  case text(String)
  /// Yes or no.
  case flag(Bool)
  /// Counts by page order, or by occupancy.
  case counts([Int])

  /// Value for machine formats: digits, `true` or `false`, counts separated by spaces.
  package var description: String {
    switch self {
    case .integer(let value): String(value)
    case .percentage(let value): FigureValue.tenths(value)
    case .text(let value): value
    case .flag(let value): String(value)
    case .counts(let counts): counts.map(String.init).joined(separator: " ")
    }
  }

  /// Value as a number for sorting and filters: that of a flag is 0 or 1, that of counts is their sum; nil for text.
  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .percentage(let value): value
    case .text: nil
    case .flag(let value): value ? 1 : 0
    case .counts(let counts): Double(counts.reduce(0, +))
    }
  }

  /// Returns a number with one decimal.
  package static func tenths(_ value: Double) -> String {
    let tenths = Int((abs(value) * 10).rounded())
    return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
  }
}
