import TextOutput

/// Text of metrics in OpenMetrics 1.0 or in the Prometheus text format 0.0.4. They differ in the name of a counter's family, which
/// has the suffix `_total` only in the latter, and in the last line.
struct MetricsText {
  /// Format of the text.
  enum Format {
    case openMetrics, prometheus
  }

  /// Value with its labels.
  struct Sample {
    /// Labels in the order of the text: names, and values that are not yet escaped.
    var labels: [(name: String, value: String)] = []
    var value: Int

    /// The labels in braces, escaped; empty without labels.
    fileprivate var text: String {
      labels.isEmpty
        ? "" : "{" + labels.map { "\($0.name)=\"\(EscapedText.label($0.value))\"" }.joined(separator: ",") + "}"
    }
  }

  private let format: Format
  private var lines: [String] = []

  /// Creates an empty text.
  init(_ format: Format) { self.format = format }

  /// Adds the samples of a figure with the lines HELP and TYPE. A figure without samples is left out.
  mutating func add(_ figure: Figure, _ samples: [Sample]) {
    guard let metric = figure.metric, !samples.isEmpty else { return }
    let sampleName = metric.name + (metric.kind == .counter ? "_total" : "")
    let family = format == .prometheus ? sampleName : metric.name
    lines += ["# HELP \(family) \(EscapedText.help(figure.definition))", "# TYPE \(family) \(metric.kind)"]
    lines += samples.map { "\(sampleName)\($0.text) \($0.value)" }
  }

  /// The text with its last line.
  var text: String { (lines + (format == .openMetrics ? ["# EOF"] : [])).joined(separator: "\n") + "\n" }
}

extension EscapedText {
  /// Returns the text of a HELP line, in which backslash and line feed are special.
  fileprivate static func help(_ text: String) -> String { text.replacing("\\", with: "\\\\") }
}
