import ArgumentParser
import Glibc
import Recordings
import Telemetry
import TextOutput

/// `slabscope import`: converts the output of another tool to a recording.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Convert a trace or packet capture of another tool to a recording (.slabtrace).",
    discussion: """
      Reads text of ftrace (trace and trace_pipe), perf script, trace-cmd report and bpftrace; perf.data and trace.dat, by \
      running perf and trace-cmd; pcap and pcapng, with a model of socket buffers. Each may be compressed. The format is \
      recognised by the content.

      EXAMPLES
        slabscope import trace.txt -o x.slabtrace
        slabscope import t.txt.zst -o x.slabtrace
        slabscope import perf.data -o x.slabtrace
        slabscope import trace.txt --samples slabinfo.txt -o x.slabtrace
        slabscope import capture.pcap --delay 500 -o x.slabtrace
        zstdcat t.zst | slabscope import - | slabscope info -
      """)

  @Argument(help: "File to convert; - for standard input.", completion: .file())
  var input: String

  @Option(
    name: .shortAndLong, help: "Recording to write (default: standard output, unless that is a terminal).",
    completion: .file(extensions: ["slabtrace"]))
  var output: String?

  @Flag(help: "Overwrite an existing file.")
  var force = false

  @Option(help: "Name of the recording (default: that of the input, or of the output if the input is a pipe).")
  var name: String?

  @Flag(
    help:
      "Hash the names of functions and caches that are not part of the mainline kernel, and do not store the file name."
  )
  var anonymize = false

  @Option(
    help: ArgumentHelp(
      "Samples of /proc/slabinfo that were saved during the trace (see validate-model).", valueName: "file"),
    completion: .file())
  var samples: String?

  @Option(
    help: ArgumentHelp("For packet captures: microseconds until a reader frees a packet.", valueName: "microseconds"))
  var delay = 100

  func validate() throws {
    guard (0...1_000_000_000).contains(delay) else {
      throw ValidationError("--delay: expected 0 to 1000000000 microseconds")
    }
  }

  func run() throws {
    if output ?? "-" == "-", isatty(STDOUT_FILENO) == 1 {
      throw Failure.usage("a recording is binary and cannot be written to a terminal; name a file: -o x.slabtrace")
    }
    let file = try InputFile(input)
    let title = name ?? (anonymize ? "anonymous" : ImportCommand.title(of: file, output: output))
    let start = ContinuousClock.now
    let work = Import(
      name: title, anonymizer: anonymize ? Anonymizer() : nil, packetDelay: delay, samples: samples)
    let result: Import.Result
    do {
      result = try work.run(file, to: output ?? "-", overwrites: force)
    } catch let error as AtomicFile.Failure {
      throw Failure.failed("\(error)")
    }
    for warning in result.warnings { Standard.error("slabscope: warning: \(warning)\n") }
    reportMalformed(result.counts, in: file.name)
    if let output, output != "-" {
      let seconds = Double(start.duration(to: .now) / .nanoseconds(1)) / 1e9
      Standard.error(
        summary(result.counts, read: result.bytesRead, wrote: result.bytesWritten, to: output, seconds: seconds))
    }
  }

  /// Returns the name of the recording that is imported from a file, or written to it: the name of the file without its extensions.
  static func title(of path: String) -> String {
    let base = path.lastPathComponent
    return base.split(separator: ".").first.map(String.init) ?? base
  }

  /// Returns the name of the recording that is imported from a file: that of the file, or of the output if the file is a
  /// pipe, or `unnamed` if both are pipes.
  static func title(of file: InputFile, output: String?) -> String {
    if file.size != nil { return title(of: file.name) }
    guard let output, output != "-", !output.hasPrefix("/dev/") else { return "unnamed" }
    return title(of: output)
  }

  private func reportMalformed(_ counts: ImportStatistics, in name: String) {
    guard counts.malformedLines > 0 else { return }
    for malformed in counts.firstMalformed {
      Standard.error("slabscope: warning: \(name):\(malformed.line): expected \(malformed.expected)\n")
    }
    Standard.error("slabscope: warning: \(name): \(counts.malformedLines) malformed lines were skipped\n")
  }

  private func summary(_ counts: ImportStatistics, read: Int, wrote: Int, to path: String, seconds: Double) -> String {
    let perEvent = String(printf: "%.2f", Double(wrote) / Double(max(counts.events, 1)))
    let speed = String(
      printf: "%.0f MB/s, %.2f M events/s", Double(read) / 1e6 / seconds, Double(counts.events) / 1e6 / seconds)
    let lost = counts.lostEvents > 0 ? ", \(counts.lostEvents) lost by the tracer" : ""
    return "\(path): \(counts.events) events\(lost), \(wrote) bytes (\(perEvent) bytes per event), read at \(speed)\n"
  }
}
