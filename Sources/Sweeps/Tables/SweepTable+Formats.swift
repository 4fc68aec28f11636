import FoundationEssentials
import TextOutput

extension SweepTable {
  /// Table of text. `*` marks the policies on the Pareto front of their setting.
  package var text: String {
    let columns = figures.filter { $0.heading != nil }
    var table = TextTable(
      ["input", "memory", "pressure", "policy", "seeds"] + columns.map { $0.heading ?? "" } + ["front"],
      lastColumn: .figures)
    for (setting, rows) in settings {
      for row in rows {
        let names = [setting.input, ByteCount.text(setting.memoryBytes), "\(setting.pressure)%", row.policy]
        let cells = columns.map { row.results.isEmpty ? "-" : $0.text(row.statistics($0.value)) }
        table.add(names + [row.seedsText] + cells + [row.isOnParetoFront ? "*" : ""])
      }
    }
    let costs =
      hasTimes ? "peak slab bytes, failed allocations and ns per event" : "peak slab bytes and failed allocations"
    let note = "front: no other policy is better in one of \(costs) and as good in the others"
    return (["\(plan): \(progressText)", "", table.text, "", note] + missingLines).joined(separator: "\n") + "\n"
  }

  /// Lines about missing cells; empty if none is missing.
  var missingLines: [String] {
    guard !missing.isEmpty else { return [] }
    let shown = missing.prefix(8).map { "  \($0.key)  \($0.input), \($0.policy), seed \($0.seed)" }
    let rest =
      missing.count > shown.count ? ["  and \(missing.count - shown.count) more: slabscope sweep PLAN --list"] : []
    return ["missing; run the sweep again to finish them:"] + shown + rest
  }

  /// Comma-separated values: a row for each policy in each setting. `_low` and `_high` are the ends of the 95 % confidence
  /// interval; they are empty for fewer than two seeds.
  package var csv: String {
    let names = figures.flatMap { [$0.key, "\($0.key)_low", "\($0.key)_high"] }
    var lines = [
      (["input", "memory_bytes", "pressure_percent", "policy", "seeds", "missing_seeds", "pareto_front"] + names)
        .joined(separator: ",")
    ]
    for (setting, rows) in settings {
      for row in rows {
        let values = figures.flatMap { figure -> [String] in
          guard !row.results.isEmpty else { return ["", "", ""] }
          let statistics = row.statistics(figure.value)
          let ends = statistics.interval.map { ["\($0.low)", "\($0.high)"] } ?? ["", ""]
          return ["\(statistics.mean)"] + ends
        }
        let fields = [
          EscapedText.field(setting.input), "\(setting.memoryBytes)", "\(setting.pressure)",
          EscapedText.field(row.policy), "\(row.results.count)", "\(row.missingSeeds)", row.isOnParetoFront ? "1" : "0",
        ]
        lines.append((fields + values).joined(separator: ","))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// JSON object with the keys `plan`, `cells`, `missing` and `rows`.
  package func json() throws -> String { try SweepJSON.text(of: Document(self)) }

  /// All results as JSON Lines, in the order of the plan's cells by setting.
  package func jsonLines() throws -> String {
    try settings.flatMap(\.rows).flatMap(\.results).map { try $0.line() }.joined()
  }

  private struct Document: Encodable {
    struct Row: Encodable {
      var input: String
      var memoryBytes: Int
      var pressure: Int
      var policy: String
      var seeds: Int
      var missingSeeds: Int
      var paretoFront: Bool
      var figures: [String: Value]
    }

    struct Value: Encodable {
      var mean: Double
      var low: Double?
      var high: Double?
    }

    var plan: String
    var cells: Int
    var missing: [String]
    var rows: [Row]

    init(_ table: SweepTable) {
      (plan, cells, missing) = (table.plan, table.cellCount, table.missing.map(\.key))
      rows = table.settings.flatMap { setting, rows in
        rows.map { row in
          let values = table.figures.map { figure in
            let statistics = row.statistics(figure.value)
            let interval = statistics.interval
            return (figure.key, Value(mean: statistics.mean, low: interval?.low, high: interval?.high))
          }
          return Row(
            input: setting.input, memoryBytes: setting.memoryBytes, pressure: setting.pressure, policy: row.policy,
            seeds: row.results.count, missingSeeds: row.missingSeeds, paretoFront: row.isOnParetoFront,
            figures: row.results.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: values))
        }
      }
    }
  }
}

/// JSON of the tables, with the keys in alphabetical order, so that equal tables give equal text.
enum SweepJSON {
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
  }
}

extension SweepTable.Row {
  /// Number of seeds with a result, of how many if some are missing.
  var seedsText: String { missingSeeds == 0 ? "\(results.count)" : "\(results.count)/\(results.count + missingSeeds)" }
}

extension SeedStatistics {
  /// Ends of the confidence interval; nil if it is not known.
  var interval: (low: Double, high: Double)? { halfWidth.map { (mean - $0, mean + $0) } }
}
