import ArgumentParser
import Foundation
import Recordings

/// `slabscope merge`: merges recordings.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge several recordings into one, ordered by time.",
    discussion: """
      With --align clock, recordings of one machine keep their times. With --align start, all recordings start at the same \
      time, so that workloads that were recorded one after the other run at once.

      EXAMPLES
        slabscope merge monday.slabtrace tuesday.slabtrace -o both.slabtrace
        slabscope merge web.slabtrace dns.slabtrace --align start -o mix.slabtrace
      """)

  enum Alignment: String, ExpressibleByArgument, CaseIterable { case clock, start }

  @Argument(help: ArgumentHelp("Two or more recordings (.slabtrace), or names of bundled ones.", valueName: "inputs"))
  var files: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Recording to write; - for standard output.", valueName: "file"))
  var output: String

  @Flag(help: "Overwrite an existing file.")
  var force = false

  @Option(help: "Time to align: clock or start.")
  var align = Alignment.clock

  @Option(help: "Name of the recording (default: the names of its parts).")
  var name: String?

  func validate() throws {
    guard files.count >= 2 else { throw ValidationError("expected two recordings or more") }
  }

  func run() throws {
    let recordings = try Input.recordings(files)
    guard Set(recordings.map(\.ticksPerSecond)).count == 1 else {
      throw Failure.failed(
        "the recordings have different clocks: some count microseconds, others ticks of unknown length; merge recordings of one kind"
      )
    }
    let title = name ?? recordings.map(\.name).joined(separator: "+")
    var merge = RecordingMerge(recordings, alignment: RecordingMerge.Alignment(rawValue: align.rawValue) ?? .clock)
    var counts = recordings[0].counts ?? ImportStatistics()
    counts.cpuCount = recordings.map(\.cpuCount).max() ?? 1
    counts.packetFrees = recordings.reduce(0) { $0 + ($1.counts?.packetFrees ?? 0) }
    counts.repeatedPacketFrees = recordings.reduce(0) { $0 + ($1.counts?.repeatedPacketFrees ?? 0) }
    counts.lostEvents = recordings.reduce(0) { $0 + ($1.counts?.lostEvents ?? 0) }
    let (progress, total) = (Progress("merging"), recordings.reduce(0) { $0 + $1.eventCount })
    defer { progress.end() }
    let written = try RecordingFile.write(
      to: output, overwrites: force, name: title, summary: "merged: \(title)", like: counts,
      usedBytesMethod: UsedBytesMethod.leastExact(of: recordings.map(\.usedBytesMethod))
    ) { file in
      if align == .clock {
        for recording in recordings { try recording.forEachSample { file.add($0) } }
      }
      var (events, written) = ([AllocationEvent](), 0)
      while true {
        try merge.nextBatch(into: &events)
        if events.isEmpty { return written }
        written += events.count
        progress.update(written, of: total, "\(written) events")
        try file.add(events, symbols: merge.symbols)
      }
    }
    progress.end()
    Standard.error("\(OutputFile.title(output)): \(written) events\n")
  }
}
