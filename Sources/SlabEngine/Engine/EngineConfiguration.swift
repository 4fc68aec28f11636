/// How a `SlabEngine` is laid out: the machine it believes it runs on and the sizes it serves.
public struct EngineConfiguration: Sendable, Hashable {
  /// Bytes of machine memory, rounded down to whole pages. 4 MiB (a low-memory machine) to 64 GiB (reserved, touched only when used).
  public var memoryBytes: Int
  /// CPUs, numbered from 0. Each has magazines of its own and is driven by one thread at a time.
  public var cpus: Int
  /// Sizes of the general caches (kmalloc), ascending multiples of 8, the largest a power of two. A power of two that is
  /// left out is served by the next larger size. What is larger than the largest goes to the page allocator.
  public var generalCacheSizes: [Int]
  /// Which page orders slabs take.
  public var orders: OrderPolicy
  /// The share of an object that a cache may waste to draw from another cache's slabs instead of its own; nil shares
  /// nothing.
  public var sharingBound: Double?
  /// Bytes by which objects' strides may differ, less one, for caches to share slabs as SLUB merges them: 8 is SLUB's
  /// (sizeof(void *); mm/slab_common.c, find_mergeable); nil merges nothing.
  public var mergeWindow: Int?
  /// Names of caches, general ones among them, that never share slabs: as if made with `CacheOptions.Flags.performance`.
  public var performanceCaches: Set<String> = []
  /// Which slabs allocation takes from, and how many empty slabs each pool retains.
  public var reclaim: ReclaimPolicy
  #if Capture
    /// Whether what is allocated is recorded: sizes, call sites, lifetimes (see `CaptureReport`).
    public var capturesData = false
  #endif

  /// The machine of the mail: powers of two, orders up to 3, two empty slabs kept per pool, nothing shared.
  public init(
    memoryBytes: Int, cpus: Int = 2, generalCacheSizes: [Int] = EngineConfiguration.powersOfTwo,
    orders: OrderPolicy = OrderPolicy(startsSmall: true), sharingBound: Double? = nil,
    reclaim: ReclaimPolicy = ReclaimPolicy()
  ) {
    self.memoryBytes = memoryBytes
    self.cpus = cpus
    self.generalCacheSizes = generalCacheSizes
    self.orders = orders
    self.sharingBound = sharingBound
    self.reclaim = reclaim
  }

  /// 8, 16, 32, ... 131072: the sizes that are indexed by highest set bit, up to the largest that kmalloc had in 2000.
  public static let powersOfTwo = (3...17).map { 1 << $0 }
  /// The least and the most that the largest general cache may serve.
  public static let largestGeneralSizes = 8192...(1 << 17)
  /// The least and the most machine memory, in bytes.
  public static let memoryRange = (4 << 20)...(64 << 30)
  /// The most CPUs.
  public static let maximumCPUs = 1024
  /// The most caches, general ones included. Their tables are reserved address space, touched only when used.
  public static let maximumCaches = 32768

  /// The largest request that a general cache serves.
  var largestGeneralSize: Int { generalCacheSizes.last ?? 0 }

  /// Whether records of objects are kept in every cache.
  var keepsRecords: Bool {
    #if Capture
      capturesData
    #else
      false
    #endif
  }

  /// Checks every setting.
  /// - Throws: what an engine of this configuration would throw.
  public func check() throws(EngineError) {
    let range = EngineConfiguration.memoryRange
    guard range.contains(memoryBytes) else {
      throw .memorySize(bytes: memoryBytes, minimum: range.lowerBound, maximum: range.upperBound)
    }
    guard (1...EngineConfiguration.maximumCPUs).contains(cpus) else {
      throw .cpuCount(cpus, maximum: EngineConfiguration.maximumCPUs)
    }
    guard (0...PageAllocator.maximumOrder).contains(orders.maximumOrder), orders.minimumObjects > 0 else {
      throw .orders("the highest order must be 0 to \(PageAllocator.maximumOrder), the fewest objects 1 or more")
    }
    if let sharingBound, !(0..<1).contains(sharingBound) {
      throw .sharingBound(sharingBound)
    }
    guard reclaim.emptySlabs >= 0, (0...1).contains(reclaim.burstReserve) else {
      throw .reclaim("empty slabs must be 0 or more, the reserve for bursts a share from 0 to 1")
    }
    try checkGeneralCacheSizes()
  }

  private func checkGeneralCacheSizes() throws(EngineError) {
    let (sizes, limits) = (generalCacheSizes, EngineConfiguration.largestGeneralSizes)
    guard zip(sizes, sizes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .generalCacheSizes("they must ascend: \(sizes)")
    }
    guard limits.contains(largestGeneralSize), largestGeneralSize.nonzeroBitCount == 1 else {
      throw .generalCacheSizes("the largest must be a power of two from \(limits.lowerBound) to \(limits.upperBound)")
    }
    if let odd = sizes.first(where: { !GeneralCaches.isServable($0) }) {
      throw .generalCacheSizes("\(odd) is out of range; use multiples of 8")
    }
  }
}
