/// Names of the metrics that hosts export and that questions about a fleet read.
enum FleetMetric {
  /// Live objects of general caches by requested size (label `bytes`).
  static let liveObjectsBySize = "slabscope_general_cache_live_objects"
  /// Live objects of a cache (labels `slab`, and `index` for caches of equal names).
  static let activeObjects = "slabscope_cache_active_objects"
  /// Objects that the slabs of a cache have room for.
  static let totalObjects = "slabscope_cache_objects"
  /// Bytes of the slabs of a cache.
  static let slabBytes = "slabscope_cache_slab_bytes"
  /// Objects allocated from a cache.
  static let allocations = "slabscope_cache_allocations_total"
  /// Allocated bytes of the live objects of a call site (labels `site` and `slab`).
  static let siteLiveBytes = "slabscope_profile_live_bytes"
  /// Objects allocated at a call site.
  static let siteAllocObjects = "slabscope_profile_alloc_objects_total"
  /// Allocated bytes of these objects.
  static let siteAllocBytes = "slabscope_profile_alloc_bytes_total"
  /// Value of the label `site` of the call sites that have no series of their own.
  static let restOfSites = "(rest)"
}
