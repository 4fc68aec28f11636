package import SlabEngine

/// Settings of an allocator for a workload: size classes, page orders, sharing, reclaim and shuffling.
package struct Policy: Sendable, Hashable {
  /// A cache of its own for a call site that asks by size (S5 of the mail).
  package struct OwnCache: Sendable, Hashable {
    /// Name of the call site.
    package var site: String
    /// Name of the cache. A call site that requests several sizes has a cache for each, `name/size` from the second on.
    package var name: String

    /// Creates a cache of this name for a call site.
    package init(site: String, name: String) { (self.site, self.name) = (site, name) }
  }

  /// Name of the policy.
  package var name: String
  /// Description in one line.
  package var summary: String
  /// Sizes of the general caches in bytes, ascending.
  package var generalCacheSizes: [Int]
  /// Page orders of slabs.
  package var orders: OrderPolicy
  /// The share of an object that a cache may waste to share another cache's slabs; nil shares none.
  package var sharingBound: Double?
  /// Bytes by which strides may differ, less one, for caches to be merged as SLUB merges them; nil merges nothing.
  package var mergeWindow: Int?
  /// Whether slabs are larger on machines with more CPUs, as in SLUB.
  package var scalesSlabsWithCPUs = false
  /// Draining of sparse slabs and retention of empty ones.
  package var reclaim = ReclaimPolicy()
  /// Caches whose magazines are drained in the background.
  package var drainedMagazines = MagazineDraining.never
  /// Budget of a round of shuffling; nil disables shuffling.
  package var shuffling: ShuffleBudget?
  /// Names of the caches whose objects the shuffler may move; none by default, since a kernel has no such cache for what
  /// networking allocates (see the comments of `toml`).
  package var movable: [String] = []
  /// Names of the caches that share their slabs with no other (the mail's SLAB_PERFORMANCE), general caches among them.
  package var performance: [String] = []
  /// Names of the caches that also serve requests by size, each from its first use on.
  package var export: [String] = []
  /// Call sites that request memory by size and get a cache of their own.
  package var own: [OwnCache] = []
  /// SLUB's boot parameters if the policy is replayed on the model of SLUB; nil for a policy of the engine. Of the engine's
  /// settings, the model uses only `generalCacheSizes` and the preferred orders of general caches.
  package var slub: SLUBParameters?

  /// kmalloc as it was in 2000.
  package static let powerOfTwo = Policy(
    name: "power-of-two", summary: "general caches of 2^n bytes, as in 2000",
    generalCacheSizes: EngineConfiguration.powersOfTwo, orders: OrderPolicy())

  /// Size classes proposed in the first answer to the mail: 1.5 x 2^n between the powers of two.
  package static let oneAndAHalf = Policy(
    name: "one-and-a-half", summary: "general caches of 2^n and 1.5 x 2^n bytes",
    generalCacheSizes: (EngineConfiguration.powersOfTwo + (4...16).map { 3 << ($0 - 1) }).sorted(),
    orders: OrderPolicy())

  /// Linux up to 6.19 (sources read: 6.18): SLUB with CPU slabs and CPU partial lists, and kmalloc's classes.
  package static let linux = linux("linux", "SLUB of Linux 6.18: CPU slabs and CPU partial lists", .cpuSlabs)

  /// Linux since 7.0: SLUB with sheaves in front of every cache.
  package static let linuxSheaves = linux("linux-sheaves", "SLUB of Linux 7.0: sheaves in every cache", .sheaves)

  private static func linux(_ name: String, _ summary: String, _ variant: SLUBParameters.Variant) -> Policy {
    var policy = Policy(
      name: name, summary: summary, generalCacheSizes: KmallocClasses.sizes,
      orders: OrderPolicy(fallsBackToLowest: true, longestBackOff: 0), mergeWindow: 8, scalesSlabsWithCPUs: true)
    policy.slub = SLUBParameters(variant: variant)
    return policy
  }

  /// All ideas of the mail: sizes of 1.5 x 2^n, shared slabs, alternating orders, and shuffling. Shuffling allocates from the
  /// fullest slabs, returns empty slabs at once, drains the magazines of caches that shrink, and moves objects only of caches
  /// that a policy names as movable. Rounds are bounded by bytes, not by time, so that equal events give equal snapshots. No
  /// cache opts out of sharing: see the article Contention.
  package static let hemment = Policy(
    name: "hemment", summary: "1.5 x 2^n, slabs shared within 12.5 %, alternating orders, shuffling",
    generalCacheSizes: oneAndAHalf.generalCacheSizes,
    orders: OrderPolicy(alternation: [0, -1], alternationTail: 0.0625, startsSmall: true, fitsFreeBlocks: true),
    sharingBound: 0.125,
    reclaim: ReclaimPolicy(emptySlabs: 0, burstReserve: 0), drainedMagazines: .shrinking,
    shuffling: ShuffleBudget(bytesPerRound: 1 << 22, nanosecondsPerRound: .max))

  /// Default policy of every command that replays on the engine.
  package static let standard = hemment

  /// All presets, the default first.
  package static let presets = [hemment, linux, linuxSheaves, powerOfTwo, oneAndAHalf]

  /// Returns the preset of this name.
  /// - Throws: `UnknownName`, which lists the presets.
  package static func named(_ name: String) throws(UnknownName) -> Policy {
    guard let policy = presets.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "policy", name: name, known: presets.map(\.name))
    }
    return policy
  }

  /// Returns the engine's configuration under this policy. It captures data if the engine is built with data capture.
  package func configuration(memoryBytes: Int, cpus: Int) -> EngineConfiguration {
    var configuration = EngineConfiguration(
      memoryBytes: memoryBytes, cpus: cpus, generalCacheSizes: generalCacheSizes, orders: orders,
      sharingBound: sharingBound)
    configuration.mergeWindow = mergeWindow
    configuration.performanceCaches = Set(performance)
    configuration.reclaim = reclaim
    if scalesSlabsWithCPUs { configuration.orders.minimumObjects = OrderPolicy.slubMinimumObjects(cpus: cpus) }
    #if Capture
      configuration.capturesData = true
    #endif
    return configuration
  }
}
