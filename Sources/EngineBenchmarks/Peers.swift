import Foundation

/// An allocator to be measured in a process of its own.
struct Peer {
  let name: String
  /// What the child runs: `engine`, `malloc` or `floor`.
  let contender: String
  /// A library that replaces malloc in the child.
  let preload: String?

  /// The engine, the floor, and every general allocator whose library is installed (Debian: libjemalloc2,
  /// libmimalloc2.0, libtcmalloc-minimal4).
  static func installed() -> (peers: [Peer], missing: [String]) {
    let libraries = [
      ("jemalloc", "libjemalloc.so.2"), ("mimalloc", "libmimalloc.so.2.0"), ("tcmalloc", "libtcmalloc_minimal.so.4"),
    ]
    var peers = [
      Peer(name: "engine", contender: "engine", preload: nil), Peer(name: "floor", contender: "floor", preload: nil),
      Peer(name: "glibc", contender: "malloc", preload: nil),
    ]
    var missing: [String] = []
    for (name, library) in libraries {
      let directories = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
      let path = directories.map { "\($0)/\(library)" }.first { FileManager.default.fileExists(atPath: $0) }
      if let path {
        peers.append(Peer(name: name, contender: "malloc", preload: path))
      } else {
        missing.append(name)
      }
    }
    return (peers, missing)
  }

  /// Measures this allocator in a child process.
  func measure(_ recording: String, passes: Int) throws -> Measurement {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["--contender", contender, "--passes", String(passes), recording]
    var environment = ProcessInfo.processInfo.environment
    environment["LD_PRELOAD"] = preload
    child.environment = environment
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    guard child.terminationStatus == 0 else {
      throw BenchmarkError("\(name) on \(recording): the child exited with \(child.terminationStatus)")
    }
    return try JSONDecoder().decode(Measurement.self, from: data)
  }
}
