/// Values for the writable files of /sys/kernel/slab/CACHE/. nil keeps the default of SLUB.
package struct SLUBTunables: Sendable, Hashable {
  /// `cpu_partial`: limit of a per-CPU partial list in objects.
  package var cpuPartial: Int?
  /// `min_partial`: number of slabs on the node partial list up to which empty slabs are retained.
  package var minimumPartial: Int?

  /// Creates tunables; omitted ones keep the default of SLUB.
  package init(cpuPartial: Int? = nil, minimumPartial: Int? = nil) {
    (self.cpuPartial, self.minimumPartial) = (cpuPartial, minimumPartial)
  }
}

/// Tunables for all caches, and for individual caches by name.
package struct SLUBTuning: Sendable, Hashable {
  /// Factor by which the default `cpu_partial` of each cache is multiplied; nil for no change.
  package var cpuPartialShare: Double?
  /// `min_partial` of the caches that are not in `byCache`; nil for no change.
  package var minimumPartial: Int?
  /// Tunables of individual caches by name. They replace all other tunables of the cache.
  package var byCache: [String: SLUBTunables] = [:]

  /// Creates a tuning that keeps all defaults of SLUB.
  package init() {}

  /// Returns the tunables of a cache.
  package func tunables(of layout: SLUBCacheLayout) -> SLUBTunables {
    if let own = byCache[layout.name] { return own }
    let limit = SLUBCacheLayout.cpuPartial(stride: layout.stride)
    return SLUBTunables(
      cpuPartial: cpuPartialShare.map { Int((Double(limit) * $0).rounded()) }, minimumPartial: minimumPartial)
  }

  /// Applies the tunables to the parameters of a cache. `cpuPartial` has no effect if the cache has no per-CPU partial lists.
  func apply(to layout: inout SLUBCacheLayout) {
    let tunables = tunables(of: layout)
    if let objects = tunables.cpuPartial, layout.cpuPartialSlabs > 0 { layout.setCPUPartial(objects) }
    if let slabs = tunables.minimumPartial { layout.minimumPartial = slabs }
  }
}
