/// Parameters of a cache that can be set while a kernel runs, in /sys/kernel/slab/CACHE/. nil leaves SLUB's own value.
public struct SLUBTunables: Sendable, Hashable {
  /// `cpu_partial`: the limit of a CPU's partial list, in objects.
  public var cpuPartial: Int?
  /// `min_partial`: partial slabs on the node up to which empty slabs are kept.
  public var minimumPartial: Int?

  /// Tunables of these values.
  public init(cpuPartial: Int? = nil, minimumPartial: Int? = nil) {
    (self.cpuPartial, self.minimumPartial) = (cpuPartial, minimumPartial)
  }
}

/// Tunables of several caches.
public struct SLUBTuning: Sendable, Hashable {
  /// A limit of CPUs' partial lists, as a share of SLUB's own.
  public var cpuPartialShare: Double?
  /// `min_partial` of caches that have none of their own here.
  public var minimumPartial: Int?
  /// By the name of the cache.
  public var byCache: [String: SLUBTunables] = [:]

  /// SLUB's own values.
  public init() {}

  /// The tunables of a cache.
  public func tunables(of layout: SLUBCacheLayout) -> SLUBTunables {
    if let own = byCache[layout.name] { return own }
    let limit = SLUBCacheLayout.cpuPartial(stride: layout.stride)
    return SLUBTunables(
      cpuPartial: cpuPartialShare.map { Int((Double(limit) * $0).rounded()) }, minimumPartial: minimumPartial)
  }

  /// Sets a cache's parameters. CPU partial lists are tunable only where there are such lists.
  func apply(to layout: inout SLUBCacheLayout) {
    let tunables = tunables(of: layout)
    if let objects = tunables.cpuPartial, layout.cpuPartialSlabs > 0 { layout.setCPUPartial(objects) }
    if let slabs = tunables.minimumPartial { layout.minimumPartial = slabs }
  }
}
