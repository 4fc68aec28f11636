import ArgumentParser
import Foundation
import Recordings
import Telemetry

/// `slabscope import`: the text of a trace becomes a recording.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn the text of a kernel trace into a recording (.slabtrace).",
    discussion: """
      Reads ftrace's trace and trace_pipe, perf script, trace-cmd report and bpftrace lines, told apart by content.

      EXAMPLES
        slabscope import trace.txt -o x.slabtrace
        zstdcat t.zst | slabscope import - -o x.slabtrace
        zstdcat t.zst | slabscope import - | slabscope info -
      """)

  @Argument(help: "The trace's text; - is standard input.")
  var input: String

  @Option(name: .shortAndLong, help: "Where the recording goes (default: standard output, when that is no terminal).")
  var output: String?

  @Option(help: "What to call the recording (default: the file's name).")
  var name: String?

  func run() throws {
    if output == nil, isatty(STDOUT_FILENO) == 1 {
      throw Failure.usage("a recording is binary; name a file for it with -o, e.g. -o x.slabtrace")
    }
    let file = try InputFile(input)
    let start = ContinuousClock.now
    var progress = ImportProgress(size: file.size)
    var importer = TraceTextImporter()
    let base = (file.name as NSString).lastPathComponent
    let title = name ?? base.split(separator: ".").first.map(String.init) ?? base
    var writer = SlabtraceWriter(name: title, summary: "recorded: \(title)")
    var events: [AllocationEvent] = []
    do {
      while true {
        let piece = try file.read()
        if piece.isEmpty { break }
        try importer.read(piece, into: &events)
        writer.append(events, symbols: importer.symbols)
        events.removeAll(keepingCapacity: true)
        progress.add(bytes: piece.count, events: importer.counts.events)
      }
      try importer.finish(into: &events)
    } catch let error as TraceTextError {
      Standard.progress("")
      throw Failure.failed("\(file.name): \(error)")
    }
    writer.append(events, symbols: importer.symbols)
    let bytes = writer.finish(symbols: importer.symbols, counts: importer.counts)
    Standard.progress("")
    reportMalformed(importer.counts, in: file.name)
    do {
      try AtomicFile.write(bytes, to: output ?? "/dev/stdout")
    } catch {
      throw Failure.failed("\(error)")
    }
    if let output {
      let seconds = Double(start.duration(to: .now) / .nanoseconds(1)) / 1e9
      Standard.error(summary(importer.counts, read: progress.bytes, wrote: bytes.count, to: output, seconds: seconds))
    }
  }

  private func reportMalformed(_ counts: TraceLineCounts, in name: String) {
    guard counts.malformedLines > 0 else { return }
    for malformed in counts.firstMalformed {
      Standard.error("slabscope: warning: \(name), line \(malformed.line): expected \(malformed.expected)\n")
    }
    Standard.error("slabscope: warning: \(name): \(counts.malformedLines) malformed lines were left out\n")
  }

  private func summary(_ counts: TraceLineCounts, read: Int, wrote: Int, to path: String, seconds: Double) -> String {
    let perEvent = String(format: "%.2f", Double(wrote) / Double(max(counts.events, 1)))
    let speed = String(
      format: "%.0f MB/s, %.2f M events/s", Double(read) / 1e6 / seconds, Double(counts.events) / 1e6 / seconds)
    let lost = counts.lostEvents > 0 ? ", \(counts.lostEvents) lost by the tracer" : ""
    return "\(path): \(counts.events) events\(lost), \(wrote) bytes (\(perEvent) an event), read at \(speed)\n"
  }
}

/// The line that shows how far an import has come.
private struct ImportProgress {
  private(set) var bytes = 0
  private let size: Int?
  private var shown = ContinuousClock.now

  init(size: Int?) { self.size = size }

  mutating func add(bytes count: Int, events: Int) {
    bytes += count
    let now = ContinuousClock.now
    guard shown.duration(to: now) > .milliseconds(250) else { return }
    shown = now
    let share = size.map { " (\(bytes * 100 / max($0, 1)) %)" } ?? ""
    Standard.progress("importing: \(bytes >> 20) MiB\(share), \(events) events")
  }
}
