/// Error of watching the running kernel's traffic.
package enum TrafficError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The program was built without the package trait BPF.
  case notBuiltIn
  /// The kernel has no type information (BTF).
  case noTypes
  /// The kernel's tracepoints have other arguments.
  case tooOld
  /// The process lacks the capabilities BPF and PERFMON.
  case notPermitted
  /// The kernel refused the program for another reason.
  case refused(step: String, reason: String)
  /// Tracing by tracefs failed.
  case tracing(String)

  /// Problem and remedy, in one clause.
  package var description: String {
    switch self {
    case .notBuiltIn:
      "counting allocations in the kernel needs BPF, and this slabscope was built without it; build it with the trait BPF"
    case .noTypes:
      """
      counting allocations in the kernel needs /sys/kernel/btf/vmlinux, which this kernel lacks; boot one built with \
      CONFIG_DEBUG_INFO_BTF
      """
    case .tooOld: "counting allocations in the kernel needs the tracepoints of Linux 6.1 or later"
    case .notPermitted:
      """
      counting allocations in the kernel needs the capabilities BPF and PERFMON; run it with sudo (in a container: on the host)
      """
    case .refused(let step, let reason):
      """
      counting allocations in the kernel is not possible: the kernel refused to \(step) the BPF program (\(reason)); \
      allow BPF on this machine, or use a host that does
      """
    case .tracing(let reason): "tracing allocations is not possible: \(reason)"
    }
  }
}
