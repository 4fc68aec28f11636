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

  /// Returns the engine and its variants, the floor, and every general allocator whose library is installed (Debian: libjemalloc2,
  /// libmimalloc2.0, libtcmalloc-minimal4).
  static func installed() -> (contenders: [ContenderProcess], missing: [String]) {
    var contenders = ContenderKind.allCases.filter { $0 != .malloc }
      .map { ContenderProcess(name: $0.rawValue, kind: $0, preload: nil) }
    #if !Capture
      contenders.removeAll { $0.kind == .capture }
    #endif
    contenders.append(ContenderProcess(name: "glibc", kind: .malloc, preload: nil))
    var missing: [String] = []
    let libraries = [
      ("jemalloc", "libjemalloc.so.2"), ("mimalloc", "libmimalloc.so.2.0"), ("tcmalloc", "libtcmalloc_minimal.so.4"),
    ]
    for (name, library) in libraries {
      let directories = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
      let path = directories.map { "\($0)/\(library)" }.first { FileManager.default.fileExists(atPath: $0) }
      if let path {
        contenders.append(ContenderProcess(name: name, kind: .malloc, preload: path))
      } else {
        missing.append(name)
      }
    }
    return (contenders, missing)
  }

  /// Measures this contender on a case in a child process.
  func measure(_ benchmark: BenchmarkCase, passes: Int) throws -> Measurement {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments =
      [ContenderProcess.childArgument, kind.rawValue, benchmark.key, String(passes)]
      + (benchmark.operations.map { [$0] } ?? [])
    var environment = ProcessInfo.processInfo.environment
    environment["LD_PRELOAD"] = preload
    child.environment = environment
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    guard child.terminationStatus == 0, let measurement = Measurement(line: String(decoding: data, as: UTF8.self))
    else {
      throw BenchmarkError("\(name) on \(benchmark.name): the child exited with \(child.terminationStatus)")
    }
    return measurement
  }
}
