import ArgumentParser
import Foundation
import Recordings

/// Pairs the engine with malloc and free of the general allocators, and with a floor, on recorded operation streams.
@main
struct EngineBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "EngineBenchmarks",
    abstract: "Replay recordings on the engine, on every malloc that is installed, and on a floor.",
    discussion: """
      Each contender runs in a child process of its own; the processes alternate, round by round, and the median of \
      the rounds counts. Peers are glibc and, where installed, jemalloc, mimalloc and tcmalloc (LD_PRELOAD).

      EXAMPLES
        swift run -c release EngineBenchmarks traffic.slabtrace
        swift run -c release EngineBenchmarks --rounds 9 --format json *.slabtrace
      """)

  enum Format: String, ExpressibleByArgument { case text, json }

  @Argument(help: "Recordings (.slabtrace) to replay.")
  var recordings: [String]

  @Option(help: "text or json.")
  var format = Format.text

  @Option(help: "Child processes per contender and recording.")
  var rounds = 5

  @Option(help: "Timed passes over a recording in each child process.")
  var passes = 5

  @Option(help: .hidden)
  var contender: String?

  func validate() throws {
    guard rounds > 0, passes > 0 else { throw ValidationError("--rounds and --passes take a number from 1 up") }
    guard !recordings.isEmpty else { throw ValidationError("name at least one recording (.slabtrace)") }
  }

  func run() throws {
    if let contender { return try measure(contender, recordings[0]) }
    let (peers, missing) = Peer.installed()
    let results = try recordings.map { recording in
      Progress.show("\(recording): \(peers.count) contenders, \(rounds) rounds")
      return try Comparison(recording: recording, peers: peers, rounds: rounds, passes: passes)
    }
    switch format {
    case .text: print(Comparison.table(results, missing: missing))
    case .json:
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(results), as: UTF8.self))
    }
  }

  /// What a child process does: measure one contender and print the measurement.
  private func measure(_ contender: String, _ path: String) throws {
    var source = try Recording(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
    let stream = try OperationStream(&source)
    let measurement =
      switch contender {
      case "engine": try Measurement(of: EngineContender.self, replaying: stream, passes: passes)
      case "floor": try Measurement(of: FloorContender.self, replaying: stream, passes: passes)
      default: try Measurement(of: MallocContender.self, replaying: stream, passes: passes)
      }
    print(String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self))
  }
}

/// A line on standard error, when that is a terminal.
enum Progress {
  static func show(_ line: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
