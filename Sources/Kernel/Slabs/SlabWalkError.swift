/// Error of reading the occupancy of the kernel's slabs.
package enum SlabWalkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The program was built without the package trait BPF.
  case notBuiltIn
  /// The kernel has no type information (BTF).
  case noTypes
  /// The kernel has no iterator over slab caches.
  case noIterator
  /// The process lacks the capabilities BPF and PERFMON.
  case notPermitted
  /// The kernel refused the program for another reason.
  case refused(step: String, reason: String)
  /// The kernel does not count all slabs.
  case slabsNotCounted
  /// Caches were created or destroyed during each pass.
  case cachesChanged

  /// Whether another pass may succeed.
  package var isTransient: Bool { self == .cachesChanged }

  /// Problem and remedy, in one sentence.
  package var description: String {
    switch self {
    case .notBuiltIn: "slab occupancy needs BPF, and this slabscope was built without it; build it with the trait BPF"
    case .noTypes:
      "slab occupancy needs /sys/kernel/btf/vmlinux, which this kernel lacks; boot one built with CONFIG_DEBUG_INFO_BTF"
    case .noIterator: "slab occupancy needs the BPF iterator over slab caches; boot Linux 6.13 or later"
    case .notPermitted:
      "slab occupancy needs the capabilities BPF and PERFMON; run it with sudo (in a container: on the host)"
    case .refused(let step, let reason):
      """
      slab occupancy is not available: the kernel refused to \(step) the BPF program (\(reason)); \
      allow BPF on this machine, or use a host that does
      """
    case .cachesChanged: "slab occupancy is not known: caches were created or destroyed during each attempt; try again"
    case .slabsNotCounted:
      "slab occupancy needs the kernel's count of slabs; boot one built with CONFIG_SLUB_DEBUG"
    }
  }
}
