/// How a `SlabEngine` is laid out: the machine it believes it runs on and the sizes it serves.
public struct EngineConfiguration: Sendable, Hashable {
  /// Bytes of machine memory, rounded down to whole pages. 4 MiB (a low-memory machine) to 64 GiB (reserved, touched only when used).
  public var memoryBytes: Int
  /// CPUs, numbered from 0. Each has magazines of its own and is driven by one thread at a time.
  public var cpus: Int
  /// Sizes of the general caches (kmalloc), ascending: every power of two from 8 to 8192, and any others between them.
  public var generalCacheSizes: [Int]
  /// Which page orders slabs take.
  public var orders: OrderPolicy
  /// Empty slabs that each pool keeps before it returns pages.
  public var emptySlabReserve: Int

  /// The machine of the mail: powers of two, orders up to 3, two empty slabs kept per pool.
  public init(
    memoryBytes: Int, cpus: Int = 2, generalCacheSizes: [Int] = EngineConfiguration.powersOfTwo,
    orders: OrderPolicy = OrderPolicy(), emptySlabReserve: Int = 2
  ) {
    self.memoryBytes = memoryBytes
    self.cpus = cpus
    self.generalCacheSizes = generalCacheSizes
    self.orders = orders
    self.emptySlabReserve = emptySlabReserve
  }

  /// 8, 16, 32, ... 8192: kmalloc's sizes in 2000, and the ones that are indexed by highest set bit.
  public static let powersOfTwo = (3...13).map { 1 << $0 }
  /// The least and the most machine memory, in bytes.
  public static let memoryRange = (4 << 20)...(64 << 30)
  /// The most CPUs.
  public static let maximumCPUs = 1024
  /// The most caches, general ones included. Their tables are reserved address space, touched only when used.
  public static let maximumCaches = 32768
}
