#if BPF
  import Foundation

  /// What an error number of the BPF system call means to the user.
  enum BPFRights {
    /// Whether an error says that the process lacks a right, rather than that the kernel refuses the program.
    static func areMissing(_ code: Int32) -> Bool { code == EPERM || code == EACCES && !areGranted }

    /// Whether the process is root's or has the capabilities: then a refusal is of the program, not of the user.
    private static var areGranted: Bool {
      guard geteuid() != 0 else { return true }
      let line = KernelFile.text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
      // CAP_PERFMON is 38, CAP_BPF 39 (Linux, include/uapi/linux/capability.h).
      let mask = line.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" || $0 == " " }, radix: 16) } ?? 0
      return mask >> 38 & 3 == 3
    }

    /// An error number in words.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
  }
#endif
