import ArgumentParser
import Foundation
import Recordings

/// `slabscope merge`: several recordings as one.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one recording of several, in order of time.",
    discussion: """
      By the clock, recordings of one machine follow each other or overlap as they did; by their starts, workloads that \
      were recorded apart run at once.

      EXAMPLES
        slabscope merge monday.slabtrace tuesday.slabtrace -o both.slabtrace
        slabscope merge web.slabtrace dns.slabtrace --align start -o mix.slabtrace
      """)

  enum Alignment: String, ExpressibleByArgument, CaseIterable { case clock, start }

  @Argument(help: "Recordings (.slabtrace), two or more.")
  var files: [String]

  @Option(name: .shortAndLong, help: "Where the recording goes.")
  var output: String

  @Option(help: "What coincides: clock or start.")
  var align = Alignment.clock

  @Option(help: "What to call it (default: the names of its parts).")
  var name: String?

  func validate() throws {
    guard files.count >= 2 else { throw ValidationError("name two recordings or more") }
  }

  func run() throws {
    let recordings = try files.map { try Recording(file: $0) }
    guard Set(recordings.map(\.ticksPerSecond)).count == 1 else {
      throw Failure.failed("these recordings' clocks differ: some count microseconds, others ticks of unknown length")
    }
    let title = name ?? recordings.map(\.name).joined(separator: "+")
    var merge = RecordingMerge(recordings, alignment: RecordingMerge.Alignment(rawValue: align.rawValue) ?? .clock)
    var counts = recordings[0].counts ?? ImportStatistics()
    counts.cpuCount = recordings.map(\.cpuCount).max() ?? 1
    counts.packetFrees = recordings.reduce(0) { $0 + ($1.counts?.packetFrees ?? 0) }
    counts.repeatedPacketFrees = recordings.reduce(0) { $0 + ($1.counts?.repeatedPacketFrees ?? 0) }
    counts.lostEvents = recordings.reduce(0) { $0 + ($1.counts?.lostEvents ?? 0) }
    let written = try RecordingFile.write(
      to: output, name: title, summary: "merged: \(title)", like: counts,
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
        try file.add(events, symbols: merge.symbols)
      }
    }
    Standard.error("\(output): \(written) events\n")
  }
}
