import ArgumentParser
import Glibc
import Recordings

/// `slabscope cut`: writes part of a recording.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Write part of a recording: a range of time or events, some caches, call sites or CPUs.",
    discussion: """
      An object is kept with its allocation and its free, or removed, depending on its allocation; all conditions must be \
      met. Times are seconds since the first event, written as 1.5: (from 1.5 s), :2 (up to 2 s) or 1.5:2.

      EXAMPLES
        slabscope cut x.slabtrace --time 10:20 -o y.slabtrace
        slabscope cut x.slabtrace --events :100000 -o y.slabtrace
        slabscope cut x.slabtrace --cache '^skbuff' --cpu 0,1 -o y.slabtrace
      """)

  @Argument(
    help: ArgumentHelp(
      "Recording (.slabtrace), or the name of a bundled one; - for standard input.", valueName: "input"),
    completion: .recording)
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Recording to write; - for standard output.", valueName: "file"),
    completion: .file(extensions: ["slabtrace"]))
  var output: String

  @Flag(help: "Overwrite an existing file.")
  var force = false

  @Option(help: ArgumentHelp("Range of seconds, from:to.", valueName: "range"))
  var time: NumberRange?

  @Option(help: ArgumentHelp("Range of events, from:to, counted from 0.", valueName: "range"))
  var events: NumberRange?

  @Option(
    help: ArgumentHelp("Caches to keep: those whose name has a match.", valueName: "regex"), completion: .kernelCache)
  var cache: String?

  @Option(help: ArgumentHelp("Call sites whose objects to keep: those whose name has a match.", valueName: "regex"))
  var site: String?

  @Option(help: ArgumentHelp("Allocating CPUs whose objects to keep, e.g. 0,2-5.", valueName: "list"))
  var cpu: NumberList?

  func run() throws {
    var recording = try Input(file).recording(file)
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
    let (progress, total) = (Progress("cutting"), min(recording.eventCount, cut.events.upperBound))
    defer { progress.end() }
    let written = try RecordingFile.write(
      to: output, overwrites: force, name: recording.name, summary: recording.summary, like: recording.counts,
      usedBytesMethod: recording.usedBytesMethod
    ) { file in
      try recording.forEachSample { sample in file.add(sample) }
      return try cut.apply(to: &recording, progress: { progress.update($0, of: total, "\($0) events") }) {
        try file.add($0, symbols: symbols)
      }.kept
    }
    guard written > 0 else {
      throw Failure.failed(
        "\(file): no event meets all conditions, \(output) was not written (see slabscope info \(file))")
    }
    progress.end()
    Standard.error("\(OutputFile.title(output)): \(written) of \(recording.eventCount) events\n")
  }
}
