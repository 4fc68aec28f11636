import ArgumentParser
import Foundation
import Recordings

/// Pairs the engine with malloc and free of the general allocators, and with a floor, on recorded operation streams and
/// on the patterns that allocators are judged by.
struct EngineBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "EngineBenchmarks",
    abstract: "Measure the engine beside every malloc that is installed, and beside a floor.",
    discussion: """
      Recordings are replayed; besides, whatever is named: a hot pair, batches of 64, a producer and a consumer on two \
      threads. Each contender runs in child processes of its own, which alternate, round by round; the median of the \
      rounds counts. Peers are glibc and, where installed, jemalloc, mimalloc and tcmalloc (LD_PRELOAD). The floor is \
      LIFO stacks of exact sizes without any accounting. The engine is measured as it is, and with data capture, shared \
      slabs and shuffling on.

      EXAMPLES
        swift run -c release EngineBenchmarks traffic.slabtrace
        swift run -c release --disable-default-traits EngineBenchmarks --rounds 9 --format json *.slabtrace
        swift run -c release EngineBenchmarks --scale
        swift run -c release EngineBenchmarks --generation
        swift run -c release EngineBenchmarks --pressure --hog 25
        swift run -c release EngineBenchmarks --contention *.slabtrace
        swift run -c release EngineBenchmarks --advice --search-seconds 60 *.slabtrace
      """)

  enum Format: String, ExpressibleByArgument { case text, json }

  @Argument(help: "Recordings (.slabtrace) to replay.")
  var recordings: [String] = []

  @Option(help: "text or json.")
  var format = Format.text

  @Option(help: "Child processes per contender and case.")
  var rounds = 5

  @Option(help: "Timed passes in each child process.")
  var passes = 5

  @Flag(help: "Replay the recordings only.")
  var recordingsOnly = false

  @Flag(help: "Measure 10,000 caches and 10 million live objects, and a snapshot of them, instead.")
  var scale = false

  @Flag(help: "Measure how fast the synthetic workloads are generated, instead.")
  var generation = false

  @Flag(help: "Measure the advisor on the recordings, and search for better advice at random, instead.")
  var advice = false

  @Flag(
    help: "Measure what threads wait for each other at the locks of pools, in bursts and on the recordings, instead.")
  var contention = false

  @Flag(
    help: "Count failed allocations of linux and hemment under fragmenting memory pressure, 4 MiB to 1 GiB, instead.")
  var pressure = false

  @Option(help: "With --pressure: memory that the page hog has, in percent (0 to 50).")
  var hog = 25

  @Option(help: ArgumentHelp("With --pressure: machine memory in MiB, separated by commas.", valueName: "list"))
  var memory = "4,8,16,64,256,1024"

  @Option(help: "With --advice: seconds of random search for each recording.")
  var searchSeconds = 5.0

  func validate() throws {
    guard (0...50).contains(hog) else { throw ValidationError("--hog takes a percentage from 0 to 50, found \(hog)") }
    guard rounds > 0, passes > 0 else { throw ValidationError("--rounds and --passes take a number from 1 up") }
    guard scale || generation || contention || pressure || !recordings.isEmpty || !recordingsOnly else {
      throw ValidationError("name at least one recording (.slabtrace)")
    }
  }

  /// Bytes of `--memory`.
  private func memorySizes() throws -> [Int] {
    let sizes = memory.split(separator: ",").map { Int($0) }
    guard !sizes.isEmpty, sizes.allSatisfy({ (4...65_536).contains($0 ?? 0) }) else {
      throw ValidationError("--memory takes sizes in MiB from 4 to 65536, separated by commas, found '\(memory)'")
    }
    return sizes.compactMap { $0.map { $0 << 20 } }
  }

  func run() throws {
    if scale { return print(try ScaleMeasurement().text) }
    if advice { return print(try AdviceMeasurement(recordings, searchSeconds: searchSeconds).text) }
    if contention { return print(try ContentionMeasurement(recordings).text) }
    if pressure { return print(try PressureMeasurement(hogPercent: hog, memory: memorySizes()).text) }
    if generation { return print(try GenerationMeasurement().text) }
    let (contenders, missing) = ContenderProcess.installed()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("EngineBenchmarks-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var cases = try recordings.enumerated().map { index, path in
      try BenchmarkCase(recording: path, operations: folder.appendingPathComponent("\(index).operations").path)
    }
    if !recordingsOnly { cases += BenchmarkCase.patterns }
    let results = try cases.map { benchmark in
      Progress.show("\(benchmark.name): \(contenders.count) contenders, \(rounds) rounds")
      return try Comparison(benchmark, contenders: contenders, rounds: rounds, passes: passes)
    }
    print(format == .text ? Comparison.table(results, missing: missing) : try Comparison.json(results))
  }
}

/// The program: a child process that measures one contender, or the command line. A child starts neither Foundation nor
/// the argument parser, whose freed memory would hide what a malloc takes from the system.
@main
enum Program {
  static func main() {
    if CommandLine.arguments.count > 1, CommandLine.arguments[1] == ContenderProcess.childArgument {
      Child.run(Array(CommandLine.arguments.dropFirst(2)))
    } else {
      EngineBenchmarks.main()
    }
  }
}

/// A line on standard error, when that is a terminal.
enum Progress {
  static func show(_ line: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
