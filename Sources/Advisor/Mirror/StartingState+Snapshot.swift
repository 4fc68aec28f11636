import Telemetry
import Workloads

extension StartingState {
  /// Creates the state of a running kernel's caches.
  /// - Parameters:
  ///   - caches: Caches with unique names. Their occupancy is used if it is known.
  ///   - cpus: Number of CPUs.
  init(_ caches: [CacheSnapshot], cpus: Int) {
    let occupancy = KernelOccupancy(caches.compactMap(\.occupancy), joiningKmallocKinds: false)
    self.init(
      caches: caches.compactMap { cache in
        guard cache.stride > 0, cache.objectsPerPreferredSlab > 0 else { return nil }
        let state = Cache(
          name: cache.name, stride: cache.stride, order: cache.preferredOrder,
          objectsPerSlab: cache.objectsPerPreferredSlab, activeObjects: min(cache.activeObjects, cache.totalObjects),
          totalObjects: cache.totalObjects, slabs: cache.slabs)
        return occupancy.start(of: state, cpus: cpus) ?? state
      })
    if !occupancy.caches.isEmpty { variant = occupancy.variant }
  }
}
