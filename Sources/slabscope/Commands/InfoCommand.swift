import ArgumentParser
import Foundation
import Recordings
import TextOutput

/// `slabscope info`: prints the statistics of recordings.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the statistics of recordings: caches, call sites, lifetimes, and unmatched events.",
    discussion: """
      The main figures of several recordings are printed side by side; as JSON, they are an array in the order of the arguments.

      EXAMPLES
        slabscope info x.slabtrace
        slabscope info before.slabtrace after.slabtrace
        slabscope info x.slabtrace --format json | jq .peak_live_bytes_alloc
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Recordings (.slabtrace); - for standard input.")
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
        title: "\(recording.name): \(recording.byteCount) bytes, \(perEvent) bytes per event", name: recording.name,
        statistics: statistics)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    }
  }

  /// Returns a table with one row per figure and one column per recording.
  private func sideBySide(_ figures: [Figures]) -> String {
    let headlines = figures.map { $0.statistics.headline }
    var labels: [String] = []
    for label in headlines.joined().map(\.label) where !labels.contains(label) { labels.append(label) }
    // Figures that do not fit in a column are printed for single recordings only.
    let omitted: Set = ["events per CPU", "recorded from"]
    var table = TextTable([""] + figures.map(\.name), lastColumn: .figures)
    for label in labels where !omitted.contains(label) {
      table.add([label] + headlines.map { rows in rows.first { $0.label == label }?.value ?? "-" })
    }
    return table.text
  }
}
