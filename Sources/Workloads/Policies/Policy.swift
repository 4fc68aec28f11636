public import SlabEngine

/// How an engine is set up for a workload: a value that can be named, compared and played against another.
public struct Policy: Sendable, Hashable {
  /// A cache of its own for a call site that asks by size (S5 of the mail).
  public struct OwnCache: Sendable, Hashable {
    /// The function that allocates.
    public var site: String
    /// The cache's name. A site that asks for several sizes has a cache for each, `name/size` from the second on.
    public var name: String

    /// A cache of this name for a call site.
    public init(site: String, name: String) { (self.site, self.name) = (site, name) }
  }

  /// What it is called.
  public var name: String
  /// One line that says what it stands for.
  public var summary: String
  /// Sizes of the general caches, ascending.
  public var generalCacheSizes: [Int]
  /// Which page orders slabs take.
  public var orders: OrderPolicy
  /// The share of an object that a cache may waste to draw from another's slabs; nil shares nothing.
  public var sharingBound: Double?
  /// Bytes by which strides may differ, less one, for caches to be merged as SLUB merges them; nil merges nothing.
  public var mergeWindow: Int?
  /// Whether slabs are the larger the more CPUs there are, as SLUB's are.
  public var scalesSlabsWithCPUs = false
  /// Which slabs allocation takes from, and how many empty slabs pools retain.
  public var reclaim = ReclaimPolicy()
  /// Which magazines are drained in the background.
  public var drainedMagazines = MagazineDraining.never
  /// What a round of shuffling may cost; nil for no shuffling.
  public var shuffling: ShuffleBudget?
  /// Names of the caches whose objects the shuffler may move; none by default, since a kernel has no such cache for what
  /// networking allocates (see the comments of `toml`).
  public var movable: [String] = []
  /// Names of the caches that share their slabs with no other (the mail's SLAB_PERFORMANCE), general caches among them.
  public var performance: [String] = []
  /// Names of the caches that also serve requests by size, each from its first use on.
  public var export: [String] = []
  /// Call sites that ask by size and get a cache of their own.
  public var own: [OwnCache] = []
  /// SLUB's boot parameters, if the policy is one of Linux: it is then replayed on the model of SLUB, slab by slab, and
  /// only `generalCacheSizes` of the engine's settings holds. nil for a policy of the engine.
  public var slub: SLUBParameters?

  /// kmalloc as it was in 2000.
  public static let powerOfTwo = Policy(
    name: "power-of-two", summary: "general caches of 2^n bytes, as in 2000",
    generalCacheSizes: EngineConfiguration.powersOfTwo, orders: OrderPolicy())

  /// The first answer in the mail's thread: 1.5 x 2^n between the powers of two.
  public static let oneAndAHalf = Policy(
    name: "one-and-a-half", summary: "general caches of 2^n and 1.5 x 2^n bytes",
    generalCacheSizes: (EngineConfiguration.powersOfTwo + (4...16).map { 3 << ($0 - 1) }).sorted(),
    orders: OrderPolicy())

  /// Linux up to 6.19 (sources read: 6.18): SLUB with CPU slabs and CPU partial lists, and kmalloc's classes.
  public static let linux = linux("linux", "SLUB of Linux 6.18: CPU slabs and CPU partial lists", .cpuSlabs)

  /// Linux since 7.0: SLUB with sheaves in front of every cache.
  public static let linuxSheaves = linux("linux-sheaves", "SLUB of Linux 7.0: sheaves in every cache", .sheaves)

  private static func linux(_ name: String, _ summary: String, _ variant: SLUBParameters.Variant) -> Policy {
    var policy = Policy(
      name: name, summary: summary, generalCacheSizes: KmallocClasses.sizes,
      orders: OrderPolicy(fallsBackToLowest: true, longestBackOff: 0), mergeWindow: 8, scalesSlabsWithCPUs: true)
    policy.slub = SLUBParameters(variant: variant)
    return policy
  }

  /// Everything in the mail: 1.5 x 2^n, shared slabs, alternating orders, shuffling: allocation from the fullest slabs, empty
  /// ones returned at once, magazines of caches that shrink drained, and objects moved of caches that a policy names as
  /// movable. Rounds are bounded by bytes, not by the clock, so that the same events give the same snapshot. No cache opts out
  /// of sharing: see the article Contention.
  public static let hemment = Policy(
    name: "hemment", summary: "1.5 x 2^n, slabs shared within 12.5 %, alternating orders, shuffling",
    generalCacheSizes: oneAndAHalf.generalCacheSizes,
    orders: OrderPolicy(alternation: [0, -1], alternationTail: 0.0625, startsSmall: true, fitsFreeBlocks: true),
    sharingBound: 0.125,
    reclaim: ReclaimPolicy(emptySlabs: 0, burstReserve: 0), drainedMagazines: .shrinking,
    shuffling: ShuffleBudget(bytesPerRound: 1 << 22, nanosecondsPerRound: .max))

  /// Every preset, the default first.
  public static let presets = [powerOfTwo, oneAndAHalf, linux, linuxSheaves, hemment]

  /// The preset of this name.
  /// - Throws: `UnknownName`, which lists those there are.
  public static func named(_ name: String) throws(UnknownName) -> Policy {
    guard let policy = presets.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "policy", name: name, known: presets.map(\.name))
    }
    return policy
  }

  /// The engine's configuration under this policy. It captures data, where the engine is built to.
  public func configuration(memoryBytes: Int, cpus: Int) -> EngineConfiguration {
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
