/// Parameters of a cache of a running kernel: geometry of its slabs and limits of its lists.
package struct SlabCacheParameters: Sendable, Hashable, Codable {
  /// Flags of a cache (Linux, include/linux/slab.h).
  package struct Flags: OptionSet, Sendable, Hashable, Codable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// SLAB_RECLAIM_ACCOUNT: the kernel can reclaim the objects under memory pressure.
    package static let reclaimable = Flags(rawValue: 1)
    /// SLAB_ACCOUNT: objects are charged to the memory cgroup of the allocating task.
    package static let accounted = Flags(rawValue: 2)
    /// Red zones, poisoning, owner tracking, tracing or consistency checks are enabled; the cache has no per-CPU slabs.
    package static let debugged = Flags(rawValue: 4)
    /// SLAB_TYPESAFE_BY_RCU: slabs are freed after a grace period.
    package static let typesafeByRCU = Flags(rawValue: 8)
    /// SLAB_NO_MERGE: the kernel does not merge the cache with others.
    package static let neverMerged = Flags(rawValue: 16)
    /// The cache serves kmalloc.
    package static let kmalloc = Flags(rawValue: 32)
    /// SLAB_CACHE_DMA: pages come from ZONE_DMA.
    package static let dma = Flags(rawValue: 64)
    /// The cache has a constructor.
    package static let hasConstructor = Flags(rawValue: 128)

    /// Names of the flags in recordings.
    package static let names: [(flag: Flags, name: String)] = [
      (.reclaimable, "reclaimable"), (.accounted, "accounted"), (.debugged, "debugged"),
      (.typesafeByRCU, "typesafe_by_rcu"), (.neverMerged, "never_merged"), (.kmalloc, "kmalloc"), (.dma, "dma"),
      (.hasConstructor, "constructor"),
    ]
  }

  /// Usable bytes of an object, without the kernel's metadata.
  package var objectSize = 0
  /// Distance of two objects in a slab in bytes.
  package var stride = 0
  /// Alignment of objects in bytes.
  package var alignment = 0
  /// Page order that the kernel requests first.
  package var preferredOrder = 0
  /// Number of objects in a slab of the preferred order.
  package var objectsPerPreferredSlab = 0
  /// Page order that the kernel falls back to.
  package var minimumOrder = 0
  /// Number of objects in a slab of the minimum order.
  package var objectsPerMinimumSlab = 0
  /// Number of slabs on a node's partial list up to which empty slabs are retained.
  package var minPartial = 0
  /// Target number of free objects on a CPU's partial list.
  package var cpuPartial = 0
  /// Maximum number of slabs on a CPU's partial list.
  package var cpuPartialSlabs = 0
  /// Capacity of a sheaf in objects; 0 if the cache has no sheaves.
  package var sheafCapacity = 0
  /// Bytes of an object that may be copied to or from user space (usercopy).
  package var userBytes = 0
  /// Number of other caches that are merged into this one (`aliases` in sysfs); nil if not known.
  package var mergedCaches: Int?
  /// Flags of the cache.
  package var flags: Flags = []

  /// Creates parameters that are all 0.
  package init() {}
}
