import ArgumentParser
import Foundation
import Recordings

/// `slabscope info`: the figures of a recording.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the figures of a recording: what was allocated, by whom, for how long, and what doesn't pair.",
    discussion: """
      EXAMPLES
        slabscope info x.slabtrace
        slabscope info x.slabtrace --format json | jq .peak_live_bytes_alloc
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "A recording (.slabtrace); - is standard input.")
  var file: String

  @Option(help: "text or json.")
  var format = Format.text

  func run() throws {
    var recording = try Recording(file: file)
    let statistics: RecordingStatistics
    do {
      statistics = try RecordingStatistics(of: &recording)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    }
    switch format {
    case .json: Standard.output(try statistics.json() + "\n")
    case .text:
      let perEvent = String(format: "%.2f", Double(recording.byteCount) / Double(max(recording.eventCount, 1)))
      let title = "\(recording.name): \(recording.byteCount) bytes, \(perEvent) an event"
      Standard.output(statistics.text(title: title) + "\n")
    }
  }
}
