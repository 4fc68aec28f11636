/// Tasks whose events are recorded.
package enum TracingScope: String, Sendable, CaseIterable {
  /// All tasks except the recorder.
  case all
  /// The command and its descendants, and the kernel's threads and idle tasks, which do much of the network processing.
  case command
  /// The kernel's threads and idle tasks only.
  case kernel

  /// PF_KTHREAD (Linux, include/linux/sched.h).
  private static let kernelThreadFlag = 0x0020_0000

  /// Returns the process numbers of the kernel's threads, and 0 for the idle tasks.
  static func kernelThreads() -> [Int] {
    [0]
      + KernelFile.names(in: "/proc").compactMap(Int.init).filter { pid in
        // The name of a task may contain spaces and parentheses. The flags are the seventh field after it.
        guard let stat = KernelFile.text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return false }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 7 && (Int(fields[7]) ?? 0) & kernelThreadFlag != 0
      }
  }
}
