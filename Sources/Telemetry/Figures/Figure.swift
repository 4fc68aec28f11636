package import TextOutput

/// Figure that screens and exports show: its names, its unit and its definition.
///
/// Each figure is written once, in ``ofCaches``, ``ofSnapshots`` or ``ofGeneralCaches``. Table headings, the help screen, the header line of CSV and the HELP lines of OpenMetrics are taken from there. The coding keys of JSON are written
/// beside the properties that they encode; a test compares them with the list.
package struct Figure: Sendable, Hashable {
  /// Unit of a figure.
  package enum Unit: String, Sendable, Hashable {
    case bytes, objects, slabs, pages, blocks, links, times, cycles
    case events
    case percent = "%"
    case objectsPerSecond = "objects/s"
    case eventsPerSecond = "events/s"
    case microseconds = "µs"
    /// A name, a yes or no, or a drawing.
    case none = ""
  }

  /// Metric under which OpenMetrics exports a figure.
  package struct Metric: Sendable, Hashable {
    /// Type of the metric.
    package typealias Kind = MetricsText.Kind
    /// Name of the metric family, without the suffix `_total` of counters.
    package let name: String
    /// Type of the metric.
    package let kind: Kind
  }

  /// Name in words, such as "slab memory".
  package let name: String
  /// Short name, the heading of a table column, such as "SLAB MEM".
  package let label: String
  /// Unit of the exported figure; a screen may scale it.
  package let unit: Unit
  /// Definition in one or two full sentences.
  package let definition: String
  /// Key in JSON; nil if JSON does not have the figure.
  package let jsonKey: String?
  /// Column in CSV; nil if CSV does not have the figure.
  package let csvColumn: String?
  /// Metric in OpenMetrics; nil if there is none.
  package let metric: Metric?

  /// Creates a figure.
  /// - Parameter label: Heading of a table column; nil for the name in capital letters.
  init(
    _ name: String, label: String? = nil, _ unit: Unit, json: String? = nil, csv: String? = nil, metric: Metric? = nil,
    _ definition: String
  ) {
    (self.name, self.label, self.unit, self.definition) = (name, label ?? name.uppercased(), unit, definition)
    (jsonKey, csvColumn, self.metric) = (json, csv, metric)
  }
}

extension Figure {
  /// Hashes the name only, because few figures share a name.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Figure.Metric {
  static func gauge(_ name: String) -> Self { Self(name: "slabscope_" + name, kind: .gauge) }
  static func counter(_ name: String) -> Self { Self(name: "slabscope_" + name, kind: .counter) }
}
