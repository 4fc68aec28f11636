import BenchmarkContenders
import Foundation

/// Contender that is measured in child processes.
struct ContenderProcess {
  static let childArgument = "--child"

  let name: String
  let kind: ContenderKind
  /// Path of a library that replaces malloc in the child; nil for none.
  let preload: String?

  /// Whether the contender is a general allocator.
  var isPeer: Bool { kind == .malloc }

  /// Returns the engine and its variants, the floors, glibc, the packaged peers that are installed, and `peers`.
  static func all(
    variants: Bool, peers: [Peer]
  ) -> (contenders: [ContenderProcess], missing: [String]) {
    var kinds = ContenderKind.allCases.filter { $0 != .malloc && (variants || !$0.isVariant) }
    #if !Capture
      kinds.removeAll { $0 == .capture }
    #endif
    var contenders = kinds.map { ContenderProcess(name: $0.rawValue, kind: $0, preload: nil) }
    contenders.append(ContenderProcess(name: "glibc", kind: .malloc, preload: nil))
    var missing: [String] = []
    for (name, library) in Peer.packaged {
      if let path = Peer.installed(library) {
        contenders.append(ContenderProcess(name: name, kind: .malloc, preload: path))
      } else {
        missing.append(name)
      }
    }
    contenders += peers.map { ContenderProcess(name: $0.name, kind: .malloc, preload: $0.path) }
    return (contenders, missing)
  }

  /// Measures the time of a case in a child process.
  func measure(_ benchmark: BenchmarkCase, passes: Passes) throws -> ContenderMeasurement {
    try runChild(benchmark, key: benchmark.key, passes)
  }

  /// Measures the memory of a replay in a child process.
  ///
  /// The child has no huge pages: a malloc that asks for them is given 2 MiB when the process starts, so that objects in these
  /// pages would seem to need no memory.
  func measureMemory(_ benchmark: BenchmarkCase) throws -> ContenderMeasurement {
    try HugePages.disabled { try runChild(benchmark, key: "memory", Passes(warm: 0, timed: 0)) }
  }

  /// Samples the engine at the stream's peak in a child process.
  func measureBreakdown(_ benchmark: BenchmarkCase) throws -> ContenderMeasurement {
    try runChild(benchmark, key: "breakdown", Passes(warm: 0, timed: 0))
  }

  private func runChild(_ benchmark: BenchmarkCase, key: String, _ passes: Passes) throws -> ContenderMeasurement {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments =
      [ContenderProcess.childArgument, kind.rawValue, key, String(passes.warm), String(passes.timed)]
      + (benchmark.operations.map { [$0] } ?? [])
    var environment = ProcessInfo.processInfo.environment
    environment["LD_PRELOAD"] = preload
    child.environment = environment
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    guard child.terminationStatus == 0,
      let measurement = ContenderMeasurement(line: String(decoding: data, as: UTF8.self))
    else {
      throw BenchmarkError("\(name) on \(benchmark.name): the child exited with \(child.terminationStatus)")
    }
    return measurement
  }
}
