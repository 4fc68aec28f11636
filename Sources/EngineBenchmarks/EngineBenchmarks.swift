import ArgumentParser
import BenchmarkContenders
import Foundation
import Recordings
import Workloads

/// Benchmarks of the engine, of general allocators and of two floors on recorded operations and common patterns.
struct EngineBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "EngineBenchmarks",
    abstract: "Compare the engine with every installed malloc and with two floors.",
    discussion: """
      The cases are replays of the recordings and three patterns: pairs of allocate and free, batches of 64, and a producer \
      and a consumer on two threads. Each contender runs in its own child processes, which alternate round by round; the \
      result is the median of the rounds. Peers are glibc and, if installed, jemalloc, mimalloc 2 and tcmalloc (LD_PRELOAD), \
      and every library that --peer names; .ci/build-peers builds mimalloc 3 and snmalloc from their sources.

      The floor is a LIFO stack for each exact size, without accounting, that is told the size of each object it frees. \
      No malloc is told: the page-map floor finds the size class by the object's page, and is the limit for all of them. \
      The engine is measured in its default configuration with one CPU for each thread, and on the recorded CPUs, with data \
      capture, shared slabs, shuffling, and the policy hemment. Memory is the largest growth of RssAnon in the first pass.

      EXAMPLES
        swift run -c release EngineBenchmarks traffic.slabtrace
        swift run -c release --disable-default-traits EngineBenchmarks --rounds 9 --format json *.slabtrace
        swift run -c release EngineBenchmarks $(.ci/build-peers SOURCES OUTPUT) *.slabtrace
        swift run -c release EngineBenchmarks --scale
        swift run -c release EngineBenchmarks --generation
        swift run -c release EngineBenchmarks --pressure --hog 25
        swift run -c release EngineBenchmarks --contention *.slabtrace
        swift run -c release EngineBenchmarks --advice --search-seconds 60 *.slabtrace
      """)

  enum Format: String, ExpressibleByArgument { case text, json }

  @Argument(help: "Recordings (.slabtrace) to replay.")
  var recordings: [String] = []

  @Option(help: "Output format: text or json.")
  var format = Format.text

  @Option(help: "Number of child processes for each contender and case.")
  var rounds = 5

  @Option(help: "Number of timed passes in each child process.")
  var passes = 15

  @Option(help: "Number of passes before the timed ones in each child process.")
  var warmPasses = 6

  @Option(help: ArgumentHelp("Malloc library to measure as well; may be repeated.", valueName: "name=path"))
  var peer: [Peer] = []

  @Flag(help: "Skip the engine's variants.")
  var withoutVariants = false

  @Flag(help: "Skip the patterns.")
  var recordingsOnly = false

  @Flag(help: "Measure an engine with 10,000 caches and 10 million live objects, and a snapshot of it, instead.")
  var scale = false

  @Flag(help: "Measure the speed of the workload generators instead.")
  var generation = false

  @Flag(help: "Measure the advisor on the recordings, and search at random for better advice, instead.")
  var advice = false

  @Flag(
    help: "Measure lock contention of pools in bursts and on the recordings instead.")
  var contention = false

  @Flag(
    help: "Count failed allocations of linux and hemment under fragmenting memory pressure instead.")
  var pressure = false

  @Option(help: "With --pressure: percentage of memory that the memory hog has (0 to 50).")
  var hog = 25

  @Option(help: ArgumentHelp("With --pressure: machine memory in MiB, separated by commas.", valueName: "list"))
  var memory = "4,8,16,64,256,1024"

  @Option(help: "With --advice: duration of the random search for each recording, in seconds.")
  var searchSeconds = 5.0

  func validate() throws {
    guard (0...50).contains(hog) else { throw ValidationError("--hog takes a percentage from 0 to 50, found \(hog)") }
    guard rounds > 0, passes > 0 else { throw ValidationError("--rounds and --passes take a number from 1 up") }
    guard warmPasses >= 0 else { throw ValidationError("--warm-passes takes a number from 0 up") }
    var names = Set(ContenderKind.allCases.map(\.rawValue) + ["glibc"] + Peer.packaged.map(\.0))
    for peer in peer {
      guard names.insert(peer.name).inserted else {
        throw ValidationError("--peer needs a name that no other contender has, found '\(peer.name)'")
      }
      guard FileManager.default.isReadableFile(atPath: peer.path) else {
        throw ValidationError("--peer \(peer.name): \(peer.path) can't be read")
      }
    }
    guard scale || generation || contention || pressure || !recordings.isEmpty || !recordingsOnly else {
      throw ValidationError("name at least one recording (.slabtrace)")
    }
  }

  /// Returns the sizes of `--memory` in bytes.
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
    let (contenders, missing) = ContenderProcess.all(variants: !withoutVariants, peers: peer)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("EngineBenchmarks-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var cases = try recordings.enumerated().map { index, path in
      try BenchmarkCase(recording: path, operations: folder.appendingPathComponent("\(index).operations").path)
    }
    if !recordingsOnly { cases += BenchmarkCase.patterns }
    let results = try cases.map { benchmark in
      Progress.show("\(benchmark.name): \(contenders.count) contenders, \(rounds) rounds")
      return try Comparison(
        benchmark, contenders: contenders, rounds: rounds, passes: Passes(warm: warmPasses, timed: passes))
    }
    print(format == .text ? Comparison.table(results, missing: missing) : try Comparison.json(results))
  }
}

/// Main program: a child process that measures one contender, or the command line. A child uses neither Foundation nor the
/// argument parser, because their freed memory would hide the growth of a malloc.
@main
enum Program {
  static func main() {
    if CommandLine.arguments.count > 1, CommandLine.arguments[1] == ContenderProcess.childArgument {
      Child.run(Array(CommandLine.arguments.dropFirst(2))) { cpus in
        Policy.hemment.configuration(memoryBytes: Child.machineBytes, cpus: cpus)
      }
    } else {
      EngineBenchmarks.main()
    }
  }
}

/// Progress on standard error, only if that is a terminal.
enum Progress {
  static func show(_ line: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
