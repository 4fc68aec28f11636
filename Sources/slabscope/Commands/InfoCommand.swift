import ArgumentParser
import Profiles
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

  @Argument(
    help: ArgumentHelp("Recordings (.slabtrace), or names of bundled ones; - for standard input.", valueName: "inputs"),
    completion: .recording)
  var files: [String]

  @Option(help: "text or json.")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.check()
    let figures = try files.map { try InfoCommand.figures(of: $0) }
    switch format {
    case .json:
      try output.write(try JSONText.text(of: figures.map { JSONDocument(result: $0.statistics, source: $0.source) }))
    case .text:
      let sources = figures.map { $0.source.text + "\n" }.joined()
      try output.write(
        (figures.count == 1 ? figures[0].statistics.text(title: figures[0].title) : sideBySide(figures)) + "\n\n"
          + sources)
    }
  }

  private struct Figures {
    let title: String
    let name: String
    let statistics: RecordingStatistics
    let source: InputIdentity
  }

  private static func figures(of file: String) throws -> Figures {
    let input = try Input(file)
    var recording = try input.recording(file)
    let identity = BackgroundIdentity(InputRecording(recording, path: input.recordingPath))
    do {
      let statistics = try RecordingStatistics(of: &recording)
      let perEvent = String(printf: "%.2f", Double(recording.byteCount) / Double(max(recording.eventCount, 1)))
      return Figures(
        title: "\(recording.name): \(recording.byteCount) bytes, \(perEvent) bytes per event", name: recording.name,
        statistics: statistics, source: identity.value)
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
