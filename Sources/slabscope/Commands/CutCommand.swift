import ArgumentParser
import Foundation
import Recordings

/// `slabscope cut`: part of a recording.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Write part of a recording: a range of time or events, some caches, call sites or CPUs.",
    discussion: """
      Objects are kept or left out whole, by where they were allocated; conditions add up. Times are seconds from the \
      recording's first event, as 1.5, 1.5: (from there on), :2 (up to there) or 1.5:2.

      EXAMPLES
        slabscope cut x.slabtrace --time 10:20 -o y.slabtrace
        slabscope cut x.slabtrace --events :100000 -o y.slabtrace
        slabscope cut x.slabtrace --cache '^skbuff' --cpu 0,1 -o y.slabtrace
      """)

  @Argument(help: "A recording (.slabtrace); - is standard input.")
  var file: String

  @Option(name: .shortAndLong, help: "Where the part goes.")
  var output: String

  @Option(help: ArgumentHelp("Seconds, from:to.", valueName: "range"))
  var time: NumberRange?

  @Option(help: ArgumentHelp("Events, from:to, counted from 0.", valueName: "range"))
  var events: NumberRange?

  @Option(help: ArgumentHelp("Only caches whose name matches, anywhere in it.", valueName: "regex"))
  var cache: String?

  @Option(help: ArgumentHelp("Only objects of call sites that match.", valueName: "regex"))
  var site: String?

  @Option(help: ArgumentHelp("Only objects that were allocated on these CPUs, e.g. 0,2-5.", valueName: "list"))
  var cpu: NumberList?

  func run() throws {
    var recording = try Recording(file: file)
    var cut = RecordingSelection()
    let rate = Double(recording.ticksPerSecond == 0 ? 1 : recording.ticksPerSecond)
    if let time { cut.time = NumberRange.ticks(time.from * rate)..<NumberRange.ticks(time.to * rate) }
    if let events {
      cut.events = Int(clamping: NumberRange.ticks(events.from))..<Int(clamping: NumberRange.ticks(events.to))
    }
    cut.cache = try Pattern.matcher(cache, option: "--cache")
    cut.site = try Pattern.matcher(site, option: "--site")
    cut.cpus = cpu.map { Set($0.numbers.map { UInt16(clamping: $0) }) }
    let symbols = recording.symbols
    let written = try RecordingFile.write(
      to: output, name: recording.name, summary: recording.summary, like: recording.counts,
      usedBytesMethod: recording.usedBytesMethod
    ) { file in
      try recording.forEachSample { sample in file.add(sample) }
      return try cut.apply(to: &recording) { try file.add($0, symbols: symbols) }.kept
    }
    guard written > 0 else {
      throw Failure.failed("\(file): nothing of it is left; \(output) holds no event (see slabscope info \(file))")
    }
    Standard.error("\(output): \(written) of \(recording.eventCount) events\n")
  }
}
