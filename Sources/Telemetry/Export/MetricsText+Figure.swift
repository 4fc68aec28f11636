import TextOutput

extension MetricsText {
  /// Adds the samples of a figure. A figure without a metric or without samples is left out.
  mutating func add(_ figure: Figure, _ samples: [Sample]) {
    guard let metric = figure.metric else { return }
    add(metric.name, metric.kind, help: figure.definition, samples)
  }
}
