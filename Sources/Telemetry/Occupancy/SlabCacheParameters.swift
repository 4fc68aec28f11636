/// The parameters of a cache in a running kernel: its geometry, and how many slabs it retains.
package struct SlabCacheParameters: Sendable, Hashable, Codable {
  /// Properties of a cache that the kernel keeps as flags (Linux, include/linux/slab.h).
  package struct Flags: OptionSet, Sendable, Hashable, Codable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// SLAB_RECLAIM_ACCOUNT: the kernel can reclaim the objects under memory pressure.
    package static let reclaimable = Flags(rawValue: 1)
    /// SLAB_ACCOUNT: objects are charged to the memory cgroup that allocates them.
    package static let accounted = Flags(rawValue: 2)
    /// Red zones, poisoning, owner tracking, tracing or consistency checks: no per-CPU slabs.
    package static let debugged = Flags(rawValue: 4)
    /// SLAB_TYPESAFE_BY_RCU: slabs are freed after a grace period.
    package static let typesafeByRCU = Flags(rawValue: 8)
    /// SLAB_NO_MERGE.
    package static let neverMerged = Flags(rawValue: 16)
    /// One of kmalloc's caches.
    package static let kmalloc = Flags(rawValue: 32)
    /// SLAB_CACHE_DMA.
    package static let dma = Flags(rawValue: 64)
    /// Objects have a constructor.
    package static let hasConstructor = Flags(rawValue: 128)

    /// Each flag with its name in texts.
    package static let names: [(flag: Flags, name: String)] = [
      (.reclaimable, "reclaimable"), (.accounted, "accounted"), (.debugged, "debugged"),
      (.typesafeByRCU, "typesafe_by_rcu"), (.neverMerged, "never_merged"), (.kmalloc, "kmalloc"), (.dma, "dma"),
      (.hasConstructor, "constructor"),
    ]
  }

  /// Bytes of an object, without the kernel's metadata.
  package var objectSize = 0
  /// Bytes from one object to the next.
  package var stride = 0
  /// Bytes that objects are aligned to.
  package var alignment = 0
  /// The page order that the kernel asks for first, and the objects in a slab of it.
  package var preferredOrder = 0
  /// Objects in a slab of the preferred order.
  package var objectsPerPreferredSlab = 0
  /// The page order that the kernel falls back to, and the objects in a slab of it.
  package var minimumOrder = 0
  /// Objects in a slab of the minimum order.
  package var objectsPerMinimumSlab = 0
  /// Partial slabs that a node keeps even if they are empty.
  package var minPartial = 0
  /// Free objects that a CPU's partial list aims at.
  package var cpuPartial = 0
  /// Slabs that a CPU's partial list holds at most.
  package var cpuPartialSlabs = 0
  /// Objects in a sheaf; 0 for a cache without sheaves.
  package var sheafCapacity = 0
  /// Bytes of an object that may be copied to user space.
  package var userBytes = 0
  /// Other caches that are merged into this one and share its slabs (`aliases` in sysfs); nil if that is not known.
  package var mergedCaches: Int?
  /// Properties.
  package var flags: Flags = []

  /// A cache of which nothing is known.
  package init() {}
}
