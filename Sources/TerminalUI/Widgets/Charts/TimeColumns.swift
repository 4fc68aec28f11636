/// Division of a time span into the columns of a chart.
///
/// Columns begin at multiples of their width, so that a column covers the same interval from one frame to the next while the
/// chart moves to the left.
package struct TimeColumns: Hashable, Sendable {
  /// Number of columns.
  package let count: Int
  /// Width of a column in seconds.
  package let width: Double
  /// Number of the first column, counted from time 0.
  private let first: Double

  /// Allowance for rounding errors, in columns.
  private static let tolerance = 1e-6

  /// Divides the `span` seconds before `end` into `count` columns. The last column contains `end`.
  package init(_ count: Int, span: Double, end: Double) {
    self.count = max(0, count)
    width = max(span, 1e-3) / Double(max(1, count))
    first = (end / width - TimeColumns.tolerance).rounded(.up) - Double(self.count)
  }

  /// Time at which the first column begins, in seconds.
  package var start: Double { first * width }

  /// Returns the columns that the interval from `start` (exclusive) to `end` (inclusive) touches. An interval without length
  /// touches the column that contains its end.
  package func indices(from start: Double, to end: Double) -> Range<Int> {
    let last = (end / width - TimeColumns.tolerance).rounded(.up) - 1 - first
    let begin = min((start / width + TimeColumns.tolerance).rounded(.down) - first, last)
    guard last >= 0, begin < Double(count) else { return 0..<0 }
    return Int(max(0, begin))..<Int(min(Double(count - 1), last)) + 1
  }

  /// Returns the value of each column: the largest of the values whose intervals touch the column; nil if there is none.
  /// - Parameters:
  ///   - values: Values, oldest first.
  ///   - seconds: Length of each value's interval. The last interval ends at `end`, each other where the next begins.
  ///   - end: Time of the last value in seconds.
  package func largest(
    _ values: some BidirectionalCollection<Double>, seconds: some BidirectionalCollection<Double>, end: Double
  )
    -> [Double?]
  {
    var columns = [Double?](repeating: nil, count: count)
    var end = end
    for (value, length) in zip(values.reversed(), seconds.reversed()) {
      for index in indices(from: end - length, to: end) { columns[index] = max(columns[index] ?? value, value) }
      end -= length
    }
    return columns
  }
}
