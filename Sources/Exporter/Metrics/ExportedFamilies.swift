import Profiles
import TextOutput

/// Metrics of a machine that an exporter serves, in the order of their importance. If a scrape would have too many time series,
/// the last ones are left out.
enum ExportedFamilies {
  /// Metrics that are always served: an exporter that has no room for them does not start.
  static let essential = [
    "slabscope_memory_bytes", "slabscope_free_blocks", "slabscope_failed_allocations", "slabscope_cache_slab_bytes",
    "slabscope_cache_active_objects", "slabscope_cache_objects", "slabscope_cache_slabs",
  ]

  /// Metrics that are served if there is room for them.
  static let optional = [
    AllocationProfile.liveSizesMetric, "slabscope_cache_requested_bytes", "slabscope_cache_order_fallbacks",
    "slabscope_cache_low_order_slabs", "slabscope_cache_allocations", "slabscope_cache_frees",
    "slabscope_profile_live_bytes", "slabscope_profile_alloc_objects", "slabscope_profile_live_requested_bytes",
    "slabscope_profile_alloc_bytes", "slabscope_shuffler_objects_moved", "slabscope_shuffler_pages_returned",
    "slabscope_kernel_slab_bytes", "slabscope_cache_kernel_slab_bytes", "slabscope_cache_order_refusals",
    "slabscope_general_cache_served", "slabscope_general_cache_walk_links", "slabscope_general_cache_retries",
    "slabscope_pool_lock_acquisitions", "slabscope_pool_lock_contentions", "slabscope_pool_lock_wait_cycles",
  ]

  /// Rank of a metric by its name: the lower, the more important.
  static let ranks = Dictionary(uniqueKeysWithValues: zip(essential + optional, 0...))

  /// Metrics of which only the samples above 0 are served, because most caches have none.
  static let withoutZeros: Set<String> = [
    "slabscope_cache_low_order_slabs", "slabscope_cache_allocations", "slabscope_cache_frees",
    "slabscope_cache_order_refusals", "slabscope_pool_lock_acquisitions", "slabscope_pool_lock_contentions",
    "slabscope_pool_lock_wait_cycles",
  ]

  /// Figures of a profile by call site that are served, without the prefix `slabscope_profile_`.
  static let ofSites: Set<String> = ["live_bytes", "live_requested_bytes", "alloc_objects", "alloc_bytes"]

  /// Returns the families that are served, the most important first, without samples of 0 that are not.
  static func served(_ families: [MetricFamily]) -> [MetricFamily] {
    families.compactMap { family -> (rank: Int, family: MetricFamily)? in
      guard let rank = ranks[family.name] else { return nil }
      var family = family
      if withoutZeros.contains(family.name) { family.samples.removeAll { $0.number == .integer(0) } }
      return family.samples.isEmpty ? nil : (rank, family)
    }.sorted { $0.rank < $1.rank }.map(\.family)
  }

  /// Leaves out the least important families until the others have at most `limit` time series.
  /// - Returns: the families that are left, and the names of the others.
  static func limited(_ families: [MetricFamily], to limit: Int) -> (kept: [MetricFamily], dropped: [String]) {
    var (kept, dropped) = (families, [String]())
    var count = kept.reduce(0) { $0 + $1.samples.count }
    while count > limit, let last = kept.popLast() {
      count -= last.samples.count
      dropped.append(last.name)
    }
    return (kept, dropped.reversed())
  }
}
