import ArgumentParser
import Foundation
import Recordings
import Telemetry

/// `slabscope import`: what another tool recorded becomes a recording.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn what another tool recorded into a recording (.slabtrace).",
    discussion: """
      Reads ftrace's trace and trace_pipe, perf script, trace-cmd report and bpftrace lines; perf.data and trace.dat, by way \
      of perf and trace-cmd; pcap and pcapng, by way of a model of socket buffers; any of them compressed. All told apart by \
      content.

      EXAMPLES
        slabscope import trace.txt -o x.slabtrace
        slabscope import t.txt.zst -o x.slabtrace
        slabscope import perf.data -o x.slabtrace
        slabscope import trace.txt --samples slabinfo.txt -o x.slabtrace
        slabscope import capture.pcap --delay 500 -o x.slabtrace
        zstdcat t.zst | slabscope import - | slabscope info -
      """)

  @Argument(help: "The file; - is standard input.")
  var input: String

  @Option(name: .shortAndLong, help: "Where the recording goes (default: standard output, when that is no terminal).")
  var output: String?

  @Option(help: "What to call the recording (default: the file's name).")
  var name: String?

  @Flag(help: "Hash call sites and cache names that are not the mainline kernel's own, and keep no name of the file.")
  var anonymize = false

  @Option(
    help: ArgumentHelp(
      "Samples of /proc/slabinfo that were saved meanwhile, to compare with (see validate-model).", valueName: "file"))
  var samples: String?

  @Option(
    help: ArgumentHelp("Of packet captures: microseconds until a packet's reader frees it.", valueName: "microseconds"))
  var delay = 100

  func validate() throws {
    guard (0...1_000_000_000).contains(delay) else {
      throw ValidationError("--delay takes a number of microseconds from 0 to 1000000000")
    }
  }

  func run() throws {
    if output == nil, isatty(STDOUT_FILENO) == 1 {
      throw Failure.usage("a recording is binary; name a file for it with -o, e.g. -o x.slabtrace")
    }
    let file = try InputFile(input)
    let base = (file.name as NSString).lastPathComponent
    let title = name ?? (anonymize ? "anonymous" : base.split(separator: ".").first.map(String.init) ?? base)
    let start = ContinuousClock.now
    let work = Import(
      name: title, anonymizer: anonymize ? Anonymizer() : nil, packetDelay: delay, samples: samples)
    let result: Import.Result
    do {
      result = try work.run(file, to: output ?? "/dev/stdout")
    } catch let error as AtomicFile.Failure {
      Standard.progress("")
      throw Failure.failed("\(error)")
    } catch {
      Standard.progress("")
      throw error
    }
    Standard.progress("")
    for warning in result.warnings { Standard.error("slabscope: warning: \(warning)\n") }
    reportMalformed(result.counts, in: file.name)
    if let output {
      let seconds = Double(start.duration(to: .now) / .nanoseconds(1)) / 1e9
      Standard.error(
        summary(result.counts, read: result.bytesRead, wrote: result.bytesWritten, to: output, seconds: seconds))
    }
  }

  private func reportMalformed(_ counts: ImportStatistics, in name: String) {
    guard counts.malformedLines > 0 else { return }
    for malformed in counts.firstMalformed {
      Standard.error("slabscope: warning: \(name), line \(malformed.line): expected \(malformed.expected)\n")
    }
    Standard.error("slabscope: warning: \(name): \(counts.malformedLines) malformed lines were left out\n")
  }

  private func summary(_ counts: ImportStatistics, read: Int, wrote: Int, to path: String, seconds: Double) -> String {
    let perEvent = String(format: "%.2f", Double(wrote) / Double(max(counts.events, 1)))
    let speed = String(
      format: "%.0f MB/s, %.2f M events/s", Double(read) / 1e6 / seconds, Double(counts.events) / 1e6 / seconds)
    let lost = counts.lostEvents > 0 ? ", \(counts.lostEvents) lost by the tracer" : ""
    return "\(path): \(counts.events) events\(lost), \(wrote) bytes (\(perEvent) an event), read at \(speed)\n"
  }
}
