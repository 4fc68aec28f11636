/// Whose events are recorded.
public enum TracingScope: String, Sendable, CaseIterable {
  /// Every task but the recorder itself.
  case all
  /// The command and its descendants, and the kernel's threads and idle tasks, which do much of the network's work.
  case command
  /// The kernel's threads and idle tasks only.
  case kernel

  /// PF_KTHREAD (Linux, include/linux/sched.h).
  private static let kernelThreadFlag = 0x0020_0000

  /// The kernel's threads, and 0, which stands for the idle tasks.
  static func kernelThreads() -> [Int] {
    [0]
      + KernelFile.names(in: "/proc").compactMap(Int.init).filter { pid in
        // The name may hold spaces and brackets; the flags are the seventh field behind it.
        guard let stat = KernelFile.text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return false }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 7 && (Int(fields[7]) ?? 0) & kernelThreadFlag != 0
      }
  }
}
