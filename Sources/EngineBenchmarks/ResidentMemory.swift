import Foundation

/// What the kernel says of this process's resident memory.
enum ResidentMemory {
  /// Starts the high-water mark anew at the current resident size (Linux, Documentation/filesystems/proc.rst, clear_refs).
  static func resetPeak() throws {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  }

  /// Bytes resident at most since the last reset (`VmHWM`), or now (`VmRSS`).
  static func bytes(_ field: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field + ":") }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { throw BenchmarkError("/proc/self/status has no line \(field)") }
    return kibibytes * 1024
  }
}

/// A benchmark that could not be run, in words.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
