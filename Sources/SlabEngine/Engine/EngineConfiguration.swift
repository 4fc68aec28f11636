/// Settings of a `SlabEngine`: the simulated machine, the general caches, and the policies for page orders, sharing and
/// reclaim.
public struct EngineConfiguration: Sendable, Hashable {
  /// Size of machine memory in bytes, 4 MiB to 64 GiB, rounded down to whole pages. The memory is reserved address
  /// space; a page is backed by the operating system when it is first touched.
  public var memoryBytes: Int
  /// Number of CPUs, 1 to `maximumCPUs`. Each CPU has its own magazines and is driven by one thread at a time.
  public var cpus: Int
  /// Object sizes of the general caches (kmalloc) in bytes: ascending multiples of 8, of which the largest is a power
  /// of two. Requests for a missing power of two are served by the next larger size; requests above the largest size
  /// are served by the page allocator.
  public var generalCacheSizes: [Int]
  /// Policy for the page orders of slabs.
  public var orders: OrderPolicy
  /// Sharing bound: the largest fraction of an object (0 up to, but not including, 1) that a new cache may waste by
  /// sharing the slabs of a cache with larger objects; nil disables sharing by size.
  public var sharingBound: Double?
  /// Merge window in bytes: caches whose strides differ by less than this share slabs. SLUB uses 8 (`sizeof(void *)`;
  /// Linux, mm/slab_common.c, find_mergeable); nil disables merging.
  public var mergeWindow: Int?
  /// Names of caches, general caches included, that never share slabs, as if created with
  /// `CacheOptions.Flags.performance`.
  public var performanceCaches: Set<String> = []
  /// Policy for the order in which slabs are used and for the number of empty slabs that each pool retains.
  public var reclaim: ReclaimPolicy
  #if Capture
    /// Whether the engine captures data about allocations: sizes, call sites and lifetimes (see `CaptureReport`).
    public var capturesData = false
  #endif

  /// Creates the configuration of Hemment's message: general caches for powers of two, page orders up to 3, two empty
  /// slabs retained per pool, and no sharing.
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

  /// General-cache sizes 8, 16, 32, ... 131072 bytes: the powers of two up to the largest size of kmalloc in 2000.
  public static let powersOfTwo = (3...17).map { 1 << $0 }
  /// Range of the largest general-cache size, in bytes.
  public static let largestGeneralSizes = 8192...(1 << 17)
  /// Range of machine memory, in bytes.
  public static let memoryRange = (4 << 20)...(64 << 30)
  /// Maximum number of CPUs.
  public static let maximumCPUs = 1024
  /// Maximum number of caches, general caches and destroyed caches included. The tables for them are reserved address
  /// space and take memory only as they are used.
  public static let maximumCaches = 32768

  /// Largest request in bytes that a general cache serves.
  var largestGeneralSize: Int { generalCacheSizes.last ?? 0 }

  /// Whether every cache keeps an `ObjectRecord` for each object.
  var keepsRecords: Bool {
    #if Capture
      capturesData
    #else
      false
    #endif
  }

  /// Validates all settings.
  /// - Throws: The error that `SlabEngine.init` would throw for this configuration.
  public func check() throws(EngineError) {
    let range = EngineConfiguration.memoryRange
    guard range.contains(memoryBytes) else {
      throw .memorySize(bytes: memoryBytes, minimum: range.lowerBound, maximum: range.upperBound)
    }
    guard (1...EngineConfiguration.maximumCPUs).contains(cpus) else {
      throw .cpuCount(cpus, maximum: EngineConfiguration.maximumCPUs)
    }
    guard orders.isValid else {
      throw .orders(
        "orders must be from 0 to \(PageAllocator.maximumOrder), objects in a slab from 1 up, and back-offs from 0 up")
    }
    if let sharingBound, !(0..<1).contains(sharingBound) {
      throw .sharingBound(sharingBound)
    }
    guard reclaim.emptySlabs >= 0, (0...1).contains(reclaim.burstReserve) else {
      throw .reclaim("the number of empty slabs must be 0 or more, and the burst reserve a fraction from 0 to 1")
    }
    try checkGeneralCacheSizes()
  }

  private func checkGeneralCacheSizes() throws(EngineError) {
    let (sizes, limits) = (generalCacheSizes, EngineConfiguration.largestGeneralSizes)
    guard zip(sizes, sizes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .generalCacheSizes("they must be in ascending order, found \(sizes)")
    }
    guard limits.contains(largestGeneralSize), largestGeneralSize.nonzeroBitCount == 1 else {
      throw .generalCacheSizes("the largest must be a power of two from \(limits.lowerBound) to \(limits.upperBound)")
    }
    if let odd = sizes.first(where: { !GeneralCaches.isServable($0) }) {
      throw .generalCacheSizes("\(odd) is not allowed; use multiples of 8")
    }
  }
}
