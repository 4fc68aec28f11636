import ArgumentParser
import Foundation
import Recordings

/// `slabscope info`: the figures of recordings.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the figures of a recording: what was allocated, by whom, for how long, and what doesn't pair.",
    discussion: """
      Of several recordings the main figures are printed side by side; as JSON, an array of objects in the order given.

      EXAMPLES
        slabscope info x.slabtrace
        slabscope info before.slabtrace after.slabtrace
        slabscope info x.slabtrace --format json | jq .peak_live_bytes_alloc
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Recordings (.slabtrace); - is standard input.")
  var files: [String]

  @Option(help: "text or json.")
  var format = Format.text

  func run() throws {
    let figures = try files.map { try InfoCommand.figures(of: $0) }
    switch format {
    case .json:
      let objects = try figures.map { try $0.statistics.json() }
      Standard.output(objects.count == 1 ? objects[0] + "\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n")
    case .text:
      Standard.output(
        (figures.count == 1 ? figures[0].statistics.text(title: figures[0].title) : sideBySide(figures)) + "\n")
    }
  }

  private struct Figures {
    let title: String
    let name: String
    let statistics: RecordingStatistics
  }

  private static func figures(of file: String) throws -> Figures {
    var recording = try Recording(file: file)
    do {
      let statistics = try RecordingStatistics(of: &recording)
      let perEvent = String(format: "%.2f", Double(recording.byteCount) / Double(max(recording.eventCount, 1)))
      return Figures(
        title: "\(recording.name): \(recording.byteCount) bytes, \(perEvent) an event", name: recording.name,
        statistics: statistics)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    }
  }

  /// A row a figure, a column a recording.
  private func sideBySide(_ figures: [Figures]) -> String {
    let headlines = figures.map { $0.statistics.headline }
    var labels: [String] = []
    for label in headlines.joined().map(\.label) where !labels.contains(label) { labels.append(label) }
    // Main figures only: what is longer than a column is in each recording's own text.
    let left: Set = ["events per CPU", "recorded from"]
    let rows =
      [[""] + figures.map(\.name)]
      + labels.filter { !left.contains($0) }.map { label in
        [label] + headlines.map { rows in rows.first { $0.label == label }?.value ?? "-" }
      }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : "  " + space + row[column]
      }.joined()
    }.joined(separator: "\n")
  }
}
