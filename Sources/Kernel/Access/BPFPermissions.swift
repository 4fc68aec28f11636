#if BPF
  import Glibc

  /// Interpretation of the error numbers of the BPF system call.
  enum BPFPermissions {
    /// Returns whether an error means that the process lacks a permission. Otherwise the kernel refuses the program.
    static func areMissing(_ code: Int32) -> Bool { code == EPERM || code == EACCES && !areGranted }

    /// Whether the process belongs to root or has the capabilities BPF and PERFMON.
    private static var areGranted: Bool {
      guard geteuid() != 0 else { return true }
      let line = KernelFile.text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
      // CAP_PERFMON is 38, CAP_BPF 39 (Linux, include/uapi/linux/capability.h).
      let mask = line.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" || $0 == " " }, radix: 16) } ?? 0
      return mask >> 38 & 3 == 3
    }

    /// Returns the text of an error number.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
  }
#endif
