import Glibc
package import SlabEngine

/// Child process: measures one contender on one case and prints the measurement.
package enum Child {
  /// Machine memory of an engine that is measured.
  package static let machineBytes = 1 << 30

  /// Runs the child process.
  /// - Parameters:
  ///   - arguments: Contender, case, numbers of warm-up and of timed passes, and for a replay the file of operations.
  ///   - hemment: Returns the engine's configuration under the policy `hemment` for a number of CPUs.
  package static func run(_ arguments: [String], hemment: @escaping (Int) -> EngineConfiguration) {
    guard arguments.count >= 4, let contender = ContenderKind(rawValue: arguments[0]), let warm = Int(arguments[2]),
      let timed = Int(arguments[3])
    else {
      fail("expected CONTENDER CASE WARM-PASSES PASSES [FILE]; only EngineBenchmarks itself starts child processes")
    }
    let passes = Passes(warm: warm, timed: timed)
    let setup = ContenderSetup(kind: contender, cpus: 1, sizes: [], hemment: hemment)
    do {
      let measurement =
        switch contender {
        case .floor: try measure(FloorContender.self, setup, arguments, passes)
        case .pageMapFloor: try measure(PageMapFloorContender.self, setup, arguments, passes)
        case .malloc where arguments[1] == "handover": try handover(MallocContender.self, setup, passes)
        case .malloc: try measure(MallocContender.self, setup, arguments, passes)
        case .engine, .recordedCPUs, .capture, .shared, .shuffled, .hemment:
          if arguments[1] == "handover" {
            try handover(EngineContender<TwoCPUs>.self, setup, passes)
          } else if contender == .recordedCPUs {
            try measure(EngineContender<RecordedCPUs>.self, setup, arguments, passes)
          } else {
            try measure(EngineContender<OneCPU>.self, setup, arguments, passes)
          }
        }
      print(measurement.line)
    } catch {
      fail("\(error)")
    }
  }

  private static func measure<Allocator: Contender>(
    _ type: Allocator.Type, _ setup: ContenderSetup, _ arguments: [String], _ passes: Passes
  ) throws -> ContenderMeasurement {
    var setup = setup
    switch arguments[1] {
    case "replay", "memory", "breakdown":
      guard arguments.count > 4 else { throw BenchmarkError("a replay needs the file of operations") }
      let stream = try OperationFile(path: arguments[4])
      (setup.cpus, setup.sizes) = (stream.cpus, stream.cacheSizes)
      switch arguments[1] {
      case "memory": return try ContenderMeasurement.memory(stream, on: Allocator(setup))
      case "breakdown": return try ContenderMeasurement.breakdown(stream, on: Allocator(setup))
      default: return try ContenderMeasurement.timing(stream, on: Allocator(setup), passes)
      }
    case "pair-named", "pair-general", "batches":
      setup.sizes = [Pattern<Allocator>.bytes]
      let pattern = Pattern(try Allocator(setup))
      return ContenderMeasurement(timing: passes) {
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
    _ type: Allocator.Type, _ setup: ContenderSetup, _ passes: Passes
  ) throws -> ContenderMeasurement {
    var setup = setup
    (setup.cpus, setup.sizes) = (2, [Pattern<Allocator>.bytes])
    let handover = Handover(try Allocator(setup))
    return ContenderMeasurement(timing: passes) { handover.run() }
  }

  private static func fail(_ message: String) -> Never {
    let line = "EngineBenchmarks: \(message)\n"
    _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
  }
}
