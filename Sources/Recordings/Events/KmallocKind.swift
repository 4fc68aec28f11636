/// The kinds of kmalloc caches that a kernel keeps for each size class, told apart by a request's flags
/// (kmalloc_type in include/linux/slab.h).
public enum KmallocKind: String, Sendable, CaseIterable {
  case normal = "kmalloc-"
  /// Charged to a memory cgroup (__GFP_ACCOUNT).
  case cgroup = "kmalloc-cg-"
  /// Reclaimable (__GFP_RECLAIMABLE).
  case reclaimable = "kmalloc-rcl-"
  /// For devices (__GFP_DMA).
  case dma = "dma-kmalloc-"

  /// The name of the cache that serves a size class, as /proc/slabinfo has it: `kmalloc-192`, `kmalloc-cg-1k`. A class that no
  /// kernel has is named after its bytes, so that `kmalloc-1856` is not taken for the class of 1 KiB.
  public func cacheName(bytes: Int) -> String {
    rawValue + (bytes < 1024 || bytes % 1024 != 0 ? "\(bytes)" : "\(bytes / 1024)k")
  }

  /// The kind and the size class of the cache of this name; nil if it is no kmalloc cache.
  public static func parse(_ name: some StringProtocol) -> (kind: KmallocKind, bytes: Int)? {
    for kind in [KmallocKind.cgroup, .reclaimable, .dma, .normal] where name.hasPrefix(kind.rawValue) {
      let digits = name.dropFirst(kind.rawValue.count)
      let bytes = digits.hasSuffix("k") ? Int(digits.dropLast()).map { $0 * 1024 } : Int(digits)
      return bytes.map { (kind, $0) }
    }
    return nil
  }
}
