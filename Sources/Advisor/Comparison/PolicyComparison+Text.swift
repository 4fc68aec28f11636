import FoundationEssentials
import TextOutput

extension PolicyComparison {
  /// Tables for each machine memory and memory pressure, with a row for each figure and a column for each policy. Differences are
  /// from the first policy, and `*` marks the best value of a row. Rows that are 0 for all policies are omitted, except those of
  /// evacuation.
  package var text: String {
    let tables = settings.map { PolicyComparison.table($0, input: input) } + (contention.map { [$0.text] } ?? [])
    return tables.joined(separator: "\n\n")
  }

  private static func table(_ runs: [ComparedRun], input: String) -> String {
    let setting = runs[0].setting
    var title = "\(input): \(runs[0].events) events, \(ComparedFigure.bytes(Double(setting.memoryBytes))) of memory"
    if setting.pressure > 0 { title += ", \(setting.pressure) % of it allocated by the memory hog" }
    var table = TextTable([""] + runs.map(\.setting.policy), lastColumn: .figures)
    for figure in ComparedFigure.all {
      let values = runs.map(figure.value)
      guard figure.isAlwaysShown || values.contains(where: { $0 != 0 }) else { continue }
      let best = figure.lessIsBetter.flatMap { $0 ? values.min() : values.max() }
      let differs = Set(values).count > 1
      table.add(
        [figure.label]
          + values.enumerated().map { column, value in
            let mark = differs && value == best ? "*" : " "
            return figure.text(value) + difference(value, from: values[0], column: column) + mark
          })
    }
    return title + "\n\n" + table.text
  }

  private static func difference(_ value: Double, from first: Double, column: Int) -> String {
    guard column > 0, first != 0 else { return "" }
    return String(printf: " %+.1f%%", (value / first - 1) * 100)
  }

  /// Comma-separated values of all runs: a row for each run.
  package var csv: String {
    let header =
      ["policy", "memory_bytes", "pressure_percent"]
      + ComparedFigure.all.map {
        $0.label.replacing(",", with: "").replacing(": ", with: "_").replacing(" ", with: "_")
      }
    let rows = policies.map { run in
      let name = run.setting.policy.replacing("\"", with: "\"\"")
      return ["\"\(name)\"", String(run.setting.memoryBytes), String(run.setting.pressure)]
        + ComparedFigure.all.map { figure in
          let value = figure.value(run)
          return figure.unit == .bytes || figure.unit == .count ? String(Int(value)) : String(printf: "%.6f", value)
        }
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// Returns a JSON object with the keys `input`, `events` and `policies`, an array with an element for each run.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }
}
