package import Telemetry

/// The kernel and its mirror at one time.
package struct MirrorComparison: Sendable, Hashable {
  /// The kernel, with the caches that the mirror has. If the policy has one general cache for each size, so has the kernel here:
  /// its kmalloc caches of one size are combined.
  package var kernel: Snapshot
  /// The embedded engine, or the model if the policy is one of Linux. Blocks of pages for large requests are left out, because the
  /// kernel does not report them as slab memory.
  package var mirror: Snapshot
  /// Bytes of the kernel's slabs.
  package var kernelBytes: Int { kernel.slabBytes }
  /// Bytes of the slabs under the policy.
  package var mirrorBytes: Int { mirror.slabBytes }
  /// Growth of rounding and alignment under the policy since the start in bytes.
  package var mirrorRoundingBytes: Int
  /// Bytes of the slabs of the model of the kernel's allocator.
  package var modelBytes: Int
  /// Bytes of the kernel's slabs at the start.
  package var startBytes: Int
  /// Bytes of the model's slabs at the start.
  package var modelStartBytes: Int
  /// Deviation of the model from the kernel.
  package var modelError: ModelError
  /// Objects, and corrections of their number.
  package var counts: MirrorCounts
  /// Caches of the kernel that the mirror does not have, because several caches have the same name.
  package var omittedCaches: [String]
}
