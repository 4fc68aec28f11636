import Profiles
import Recordings

/// Names of the kernel's general caches.
enum GeneralCacheName {
  /// Largest size class of most kernels in bytes (KMALLOC_MAX_CACHE_SIZE with pages of 4 KiB).
  private static let usualLargest = 8192

  /// Returns the name of the cache that serves a request, as in /proc/slabinfo.
  /// - Parameters:
  ///   - kind: Kind of the cache, by the flags of the request.
  ///   - bytes: Allocated bytes.
  ///   - known: Names of all caches; empty if they are not known. A kernel without caches of a kind uses those of the normal kind.
  static func name(of kind: TrafficRecord.Kind, bytes: Int, known: Set<String>) -> String {
    let kinds: [KmallocKind] =
      switch kind {
      case .normal: [.normal]
      case .reclaimable: [.reclaimable, .normal]
      case .cgroup: [.cgroup, .normal]
      case .dma: [.dma, .normal]
      }
    let names = kinds.map { $0.cacheName(bytes: bytes) }
    if let name = names.first(where: known.contains) { return name }
    return known.isEmpty && bytes <= usualLargest ? names[0] : AllocationContext.largeRequests
  }
}
