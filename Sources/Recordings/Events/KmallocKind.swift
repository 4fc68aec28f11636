/// Kind of a kmalloc cache. A kernel has a cache of each kind for each size class and selects the kind by the flags of the
/// request (`kmalloc_type` in include/linux/slab.h). The raw value is the prefix of the cache's name.
public enum KmallocKind: String, Sendable, CaseIterable {
  /// Objects without a special flag.
  case normal = "kmalloc-"
  /// Objects that are charged to a memory cgroup (__GFP_ACCOUNT).
  case cgroup = "kmalloc-cg-"
  /// Reclaimable objects (__GFP_RECLAIMABLE).
  case reclaimable = "kmalloc-rcl-"
  /// Objects for devices (__GFP_DMA).
  case dma = "dma-kmalloc-"

  /// Returns the name of the cache of a size class in /proc/slabinfo: `kmalloc-192`, `kmalloc-cg-1k`. The number is in KiB
  /// only if the size is a multiple of 1 KiB, so that `kmalloc-1856`, which no kernel has, is not confused with
  /// `kmalloc-1k`.
  public func cacheName(bytes: Int) -> String {
    rawValue + (bytes < 1024 || bytes % 1024 != 0 ? "\(bytes)" : "\(bytes / 1024)k")
  }

  /// Returns kind and size class of a cache, given its name; nil if it is not a kmalloc cache.
  public static func parse(_ name: some StringProtocol) -> (kind: KmallocKind, bytes: Int)? {
    for kind in [KmallocKind.cgroup, .reclaimable, .dma, .normal] where name.hasPrefix(kind.rawValue) {
      let digits = name.dropFirst(kind.rawValue.count)
      let bytes = digits.hasSuffix("k") ? Int(digits.dropLast()).map { $0 * 1024 } : Int(digits)
      return bytes.map { (kind, $0) }
    }
    return nil
  }
}
