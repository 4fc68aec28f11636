import Glibc

/// Child process: measures one contender on one case and prints the measurement.
enum Child {
  /// Runs the child process.
  /// - Parameter arguments: contender, case, number of passes, and for a replay the file of operations.
  static func run(_ arguments: [String]) {
    guard arguments.count >= 3, let contender = ContenderKind(rawValue: arguments[0]), let passes = Int(arguments[2])
    else { fail("expected CONTENDER CASE PASSES [FILE]; only EngineBenchmarks itself starts child processes") }
    do {
      let measurement =
        switch contender {
        case .floor: try measure(FloorContender.self, .floor, arguments, passes)
        case .malloc: try measure(MallocContender.self, .malloc, arguments, passes)
        case .engine, .recordedCPUs, .capture, .shared, .shuffled, .hemment:
          try measure(EngineContender.self, contender, arguments, passes)
        }
      print(measurement.line)
    } catch {
      fail("\(error)")
    }
  }

  private static func measure<Allocator: Contender>(
    _ type: Allocator.Type, _ kind: ContenderKind, _ arguments: [String], _ passes: Int
  ) throws -> Measurement {
    switch arguments[1] {
    case "replay":
      let stream = try OperationFile(path: arguments[3])
      return try Measurement.replaying(
        stream, on: Allocator(kind, cpus: stream.cpus, threads: 1, sizes: stream.cacheSizes), passes)
    case "pair-named", "pair-general", "batches":
      let pattern = Pattern(try Allocator(kind, cpus: 1, threads: 1, sizes: [Pattern<Allocator>.bytes]))
      return Measurement(timing: passes) {
        switch arguments[1] {
        case "pair-named": pattern.hotPairs(named: true)
        case "pair-general": pattern.hotPairs(named: false)
        default: pattern.batches()
        }
      }
    case "handover":
      let handover = Handover(try Allocator(kind, cpus: 2, threads: 2, sizes: [Pattern<Allocator>.bytes]))
      return Measurement(timing: passes) { handover.run() }
    default: throw BenchmarkError("unknown case \(arguments[1])")
    }
  }

  private static func fail(_ message: String) -> Never {
    let line = "EngineBenchmarks: \(message)\n"
    _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
  }
}

/// Failure of a benchmark.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
