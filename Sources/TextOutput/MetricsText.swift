/// Text of metrics in OpenMetrics 1.0 or in the Prometheus text format 0.0.4. They differ in the name of a counter's family, which
/// has the suffix `_total` only in the latter, and in the last line.
package struct MetricsText {
  /// Format of the text.
  package enum Format: Sendable {
    case openMetrics, prometheus
  }

  /// Type of a metric.
  package enum Kind: String, Sendable, Hashable { case gauge, counter }

  /// Value of a sample.
  package enum Number: Sendable, Hashable, CustomStringConvertible {
    case integer(Int)
    /// A finite number, such as seconds.
    case real(Double)

    /// The number as text.
    package var description: String {
      switch self {
      case .integer(let value): String(value)
      case .real(let value): String(value)
      }
    }
  }

  /// Value with its labels.
  package struct Sample: Sendable {
    /// Labels in the order of the text: names, and values that are not yet escaped.
    package var labels: [(name: String, value: String)]
    package var number: Number

    /// Creates a sample.
    package init(labels: [(name: String, value: String)] = [], value: Int) {
      self.init(labels: labels, number: .integer(value))
    }

    /// Creates a sample of any number.
    package init(labels: [(name: String, value: String)] = [], number: Number) {
      (self.labels, self.number) = (labels, number)
    }

    /// The labels in braces, escaped; empty without labels.
    fileprivate var text: String {
      labels.isEmpty
        ? "" : "{" + labels.map { "\($0.name)=\"\(EscapedText.label($0.value))\"" }.joined(separator: ",") + "}"
    }
  }

  private let format: Format
  private var lines: [String] = []

  /// Creates an empty text.
  package init(_ format: Format) { self.format = format }

  /// Adds the samples of a metric with the lines HELP and TYPE. A metric without samples is left out.
  /// - Parameters:
  ///   - name: Name of the metric's family, without the suffix `_total` of counters.
  ///   - kind: Type of the metric.
  ///   - help: Definition of the metric.
  ///   - samples: Values, whose labels differ.
  package mutating func add(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    let sampleName = name + (kind == .counter ? "_total" : "")
    let family = format == .prometheus ? sampleName : name
    lines += ["# HELP \(family) \(EscapedText.help(help))", "# TYPE \(family) \(kind)"]
    lines += samples.map { "\(sampleName)\($0.text) \($0.number)" }
  }

  /// Adds a metric with the lines HELP and TYPE.
  package mutating func add(_ family: MetricFamily) {
    add(family.name, family.kind, help: family.help, family.samples)
  }

  /// The text with its last line.
  package var text: String { (lines + (format == .openMetrics ? ["# EOF"] : [])).joined(separator: "\n") + "\n" }
}

extension EscapedText {
  /// Returns the text of a HELP line, in which backslash and line feed are special.
  fileprivate static func help(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }
}
