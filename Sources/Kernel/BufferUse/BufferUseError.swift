/// Error of reading the use of skb data from the buffers.
package enum BufferUseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The program was built without the package trait BPF.
  case notBuiltIn
  /// The kernel has no type information (BTF).
  case noTypes
  /// The kernel has none of the tracepoints.
  case noTracepoints
  /// The process lacks the capabilities BPF and PERFMON.
  case notPermitted
  /// The kernel refused the program for another reason.
  case refused(step: String, reason: String)

  /// Problem and remedy, in one clause.
  package var description: String {
    switch self {
    case .notBuiltIn:
      "the use of skb data needs BPF, and this slabscope was built without it; build it with the trait BPF"
    case .noTypes:
      "the use of skb data needs /sys/kernel/btf/vmlinux, which this kernel lacks; boot one built with CONFIG_DEBUG_INFO_BTF"
    case .noTracepoints:
      "the use of skb data needs the tracepoints skb:consume_skb and skb:kfree_skb; boot a kernel that has them"
    case .notPermitted:
      "the use of skb data needs the capabilities BPF and PERFMON; run it with sudo (in a container: on the host)"
    case .refused(let step, let reason):
      """
      the use of skb data is not available: the kernel refused to \(step) the BPF program (\(reason)); \
      allow BPF on this machine, or use a host that does
      """
    }
  }
}
