import SlabEngine

/// CPUs of an engine on which a contender runs its operations. The replay loop is specialised for each implementation, so that
/// a contender with one CPU looks up none.
protocol DrivenCPUs {
  /// Returns the number of CPUs that the engine needs for a case with `recorded` CPUs.
  static func count(recorded: Int) -> Int
  init(_ engine: SlabEngine)
  /// Returns the CPU that runs the operations of a recorded CPU.
  func cpu(_ recorded: Int) -> EngineCPU
}

/// One CPU for all operations, as a program with one thread uses the engine.
struct OneCPU: DrivenCPUs {
  private let only: EngineCPU
  static func count(recorded: Int) -> Int { 1 }
  init(_ engine: SlabEngine) { only = engine.cpu(0) }
  @inline(__always)
  func cpu(_ recorded: Int) -> EngineCPU { only }
}

/// A CPU for each of two threads.
struct TwoCPUs: DrivenCPUs {
  private let first: EngineCPU
  private let second: EngineCPU
  static func count(recorded: Int) -> Int { 2 }
  init(_ engine: SlabEngine) { (first, second) = (engine.cpu(0), engine.cpu(1)) }
  /// `recorded` is a constant in each thread's loop.
  @inline(__always)
  func cpu(_ recorded: Int) -> EngineCPU { recorded == 0 ? first : second }
}

/// The recorded CPUs, looked up for each operation. One thread drives all of them.
struct RecordedCPUs: DrivenCPUs {
  private let cpus: UnsafeMutablePointer<EngineCPU>
  static func count(recorded: Int) -> Int { recorded }
  init(_ engine: SlabEngine) {
    cpus = .allocate(capacity: engine.configuration.cpus)
    for index in 0..<engine.configuration.cpus { (cpus + index).initialize(to: engine.cpu(index)) }
  }
  @inline(__always)
  func cpu(_ recorded: Int) -> EngineCPU { cpus[recorded] }
}
