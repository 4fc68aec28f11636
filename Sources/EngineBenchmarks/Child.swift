import Glibc

/// Child process: measures one contender on one case and prints the measurement.
enum Child {
  /// Runs the child process.
  /// - Parameter arguments: contender, case, numbers of warm-up and of timed passes, and for a replay the file of operations.
  static func run(_ arguments: [String]) {
    guard arguments.count >= 4, let contender = ContenderKind(rawValue: arguments[0]), let warm = Int(arguments[2]),
      let timed = Int(arguments[3])
    else {
      fail("expected CONTENDER CASE WARM-PASSES PASSES [FILE]; only EngineBenchmarks itself starts child processes")
    }
    let passes = Passes(warm: warm, timed: timed)
    do {
      let measurement =
        switch contender {
        case .floor: try measure(FloorContender.self, contender, arguments, passes)
        case .pageMapFloor: try measure(PageMapFloorContender.self, contender, arguments, passes)
        case .malloc where arguments[1] == "handover": try handover(MallocContender.self, contender, passes)
        case .malloc: try measure(MallocContender.self, contender, arguments, passes)
        case .engine, .recordedCPUs, .capture, .shared, .shuffled, .hemment:
          if arguments[1] == "handover" {
            try handover(EngineContender<TwoCPUs>.self, contender, passes)
          } else if contender == .recordedCPUs {
            try measure(EngineContender<RecordedCPUs>.self, contender, arguments, passes)
          } else {
            try measure(EngineContender<OneCPU>.self, contender, arguments, passes)
          }
        }
      print(measurement.line)
    } catch {
      fail("\(error)")
    }
  }

  private static func measure<Allocator: Contender>(
    _ type: Allocator.Type, _ kind: ContenderKind, _ arguments: [String], _ passes: Passes
  ) throws -> Measurement {
    switch arguments[1] {
    case "replay", "memory", "breakdown":
      guard arguments.count > 4 else { throw BenchmarkError("a replay needs the file of operations") }
      let stream = try OperationFile(path: arguments[4])
      if arguments[1] == "memory" {
        return try Measurement.memory(
          stream, on: Allocator(kind, cpus: stream.cpus, sizes: stream.cacheSizes))
      }
      if arguments[1] == "breakdown" {
        return try Measurement.breakdown(
          stream, on: Allocator(kind, cpus: stream.cpus, sizes: stream.cacheSizes))
      }
      return try Measurement.timing(
        stream, on: Allocator(kind, cpus: stream.cpus, sizes: stream.cacheSizes), passes)
    case "pair-named", "pair-general", "batches":
      let pattern = Pattern(try Allocator(kind, cpus: 1, sizes: [Pattern<Allocator>.bytes]))
      return Measurement(timing: passes) {
        switch arguments[1] {
        case "pair-named": pattern.hotPairs(named: true)
        case "pair-general": pattern.hotPairs(named: false)
        default: pattern.batches()
        }
      }
    default: throw BenchmarkError("unknown case \(arguments[1])")
    }
  }

  private static func handover<Allocator: Contender>(
    _ type: Allocator.Type, _ kind: ContenderKind, _ passes: Passes
  ) throws -> Measurement {
    let handover = Handover(try Allocator(kind, cpus: 2, sizes: [Pattern<Allocator>.bytes]))
    return Measurement(timing: passes) { handover.run() }
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
