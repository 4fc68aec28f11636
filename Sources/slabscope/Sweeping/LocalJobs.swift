import FoundationEssentials
import Sweeps
import TextOutput

/// Number of cells that this host runs at the same time.
enum LocalJobs {
  /// Bytes of a job besides the memory of its machine: page descriptors, facts about the input, the objects of the player.
  private static let overhead = 128 << 20

  /// Returns as many jobs as there are cores, or fewer if their machines would not fit in the free memory.
  /// - Parameter machineBytes: memory of the largest machine.
  static func count(machineBytes: Int) -> Int {
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    guard let free = freeBytes else { return cores }
    return max(1, min(cores, free / (machineBytes + overhead)))
  }

  /// Bytes of memory that programs can still allocate, on the host or in the control group of a container; nil if unknown.
  private static var freeBytes: Int? {
    [availableBytes(in: text("/proc/meminfo")), Int(text("/sys/fs/cgroup/memory.max").trimmed)].compactMap(\.self).min()
  }

  /// Returns the figure `MemAvailable` of the text of /proc/meminfo in bytes; nil if the text lacks it.
  static func availableBytes(in meminfo: String) -> Int? {
    guard let line = meminfo.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
