/// Metric with its samples.
package struct MetricFamily: Sendable {
  /// Name of the family, without the suffix `_total` of counters.
  package var name: String
  /// Type of the metric.
  package var kind: MetricsText.Kind
  /// Definition of the metric.
  package var help: String
  /// Values, whose labels differ.
  package var samples: [MetricsText.Sample]

  /// Creates a family.
  package init(_ name: String, _ kind: MetricsText.Kind, help: String, _ samples: [MetricsText.Sample]) {
    (self.name, self.kind, self.help, self.samples) = (name, kind, help, samples)
  }
}
