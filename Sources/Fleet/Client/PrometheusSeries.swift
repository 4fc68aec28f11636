/// One series of an answer: its labels, and its values over time.
package struct PrometheusSeries: Sendable, Hashable {
  /// Value at a time.
  package struct Point: Sendable, Hashable {
    /// Seconds since 1970.
    package var seconds: Double
    /// The value, which is finite.
    package var value: Double

    /// Creates a point.
    package init(seconds: Double, value: Double) { (self.seconds, self.value) = (seconds, value) }
  }

  /// Labels by name; the metric's name is under `__name__`.
  package var labels: [String: String]
  /// Finite values in the order of time: one in the answer to an instant query.
  package var points: [Point]

  /// Creates a series.
  package init(labels: [String: String], points: [Point]) { (self.labels, self.points) = (labels, points) }

  /// The last value; nil if the series has no finite value.
  package var value: Double? { points.last?.value }
}
