internal import Glibc
internal import Synchronization

/// A slab allocator on real memory: machine memory in pages, slabs of pages, caches of objects, and magazines that let
/// each CPU allocate and free without a lock.
///
///     EngineCPU ─▶ magazines ─▶ depot ─▶ SlabPool ─▶ PageAllocator ─▶ MachineMemory
///     no lock                  its lock   its lock    page lock         one mapping
///
/// The engine must outlive the handles it hands out (`SlabCache`, `EngineCPU`). Its methods may be called from any
/// thread at any time; a method that needs the CPUs at rest says so.
public final class SlabEngine: @unchecked Sendable {
  // Sendable: every stored property is a `let`; what it points to is atomic, guarded by a lock, or owned by the thread
  // that drives the CPU.

  /// What it was made from.
  public let configuration: EngineConfiguration
  let memory: MachineMemory
  let pageAllocator: UnsafeMutablePointer<PageAllocator>
  let general: GeneralCaches
  /// Guards the directory of caches: creation, destruction, look-up by name.
  let directoryLock = RawLock()
  let directory: UnsafeMutablePointer<CacheDirectory>
  private let cpuLines: ReservedMapping
  /// Requests above the general caches' reach, guarded by the page lock.
  let large: UnsafeMutablePointer<LargeRequests>
  /// The page hog's pages, guarded by the page lock.
  let hog: UnsafeMutablePointer<PageList>
  /// Frees of pointers that are no object of this engine, or were free already.
  let badFrees = Atomic<Int>(0)

  /// Reserves the machine's memory and makes the general caches.
  /// - Throws: what is wrong with the configuration, or that address space can't be had.
  public init(_ configuration: EngineConfiguration) throws(EngineError) {
    let range = EngineConfiguration.memoryRange
    guard range.contains(configuration.memoryBytes) else {
      throw .memorySize(bytes: configuration.memoryBytes, minimum: range.lowerBound, maximum: range.upperBound)
    }
    guard (1...EngineConfiguration.maximumCPUs).contains(configuration.cpus) else {
      throw .cpuCount(configuration.cpus, maximum: EngineConfiguration.maximumCPUs)
    }
    try GeneralCaches.check(configuration.generalCacheSizes)
    self.configuration = configuration
    memory = try MachineMemory(pages: configuration.memoryBytes >> MachineMemory.pageShift)
    cpuLines = try ReservedMapping(bytes: configuration.cpus * SlabEngine.bytesPerCPU)
    pageAllocator = .allocate(capacity: 1)
    pageAllocator.initialize(to: PageAllocator(managing: memory))
    directory = .allocate(capacity: 1)
    directory.initialize(to: CacheDirectory())
    large = .allocate(capacity: 1)
    large.initialize(to: LargeRequests())
    hog = .allocate(capacity: 1)
    hog.initialize(to: PageList())
    var caches: [SlabCache] = []
    for size in configuration.generalCacheSizes {
      // In range, as checked above; so are 11 to a few hundred caches.
      let geometry = SlabGeometry(objectSize: size, alignment: 8, orders: configuration.orders)
      caches.append(
        directory.pointee.add(
          name: SlabEngine.generalCacheName(size), objectSize: size, isGeneral: true, geometry: geometry,
          memory: memory, cpus: configuration.cpus))
    }
    general = GeneralCaches(caches: caches)
  }

  deinit {
    for cpu in 0..<configuration.cpus { releaseMagazines(ofCPU: cpu) }
    directory.pointee.destroy()
    directory.deinitialize(count: 1)
    directory.deallocate()
    general.destroy()
    pageAllocator.pointee.destroy()
    pageAllocator.deinitialize(count: 1)
    pageAllocator.deallocate()
    large.deallocate()
    hog.deallocate()
    directoryLock.destroy()
  }

  /// The handle through which CPU `index` allocates and frees. One thread at a time may use it.
  public func cpu(_ index: Int) -> EngineCPU {
    precondition((0..<configuration.cpus).contains(index), "CPU number out of range")
    return EngineCPU(
      lines: lines(ofCPU: index), nodes: general, pages: memory.pages, memoryBase: memory.base,
      memoryBytes: memory.bytes, engine: Unmanaged.passUnretained(self))
  }

  /// What kmalloc's caches are called: `kmalloc-64`, `kmalloc-2k`.
  static func generalCacheName(_ size: Int) -> String {
    size >= 1024 && size % 1024 == 0 ? "kmalloc-\(size >> 10)k" : "kmalloc-\(size)"
  }

  private static let bytesPerCPU = EngineConfiguration.maximumCaches << CPUCache.lineShift

  func lines(ofCPU index: Int) -> UnsafeMutableRawPointer { cpuLines.start + index * SlabEngine.bytesPerCPU }

  /// A CPU's line of a cache.
  func line(ofCPU index: Int, cache: SlabCache) -> CPUCache {
    CPUCache(lines: lines(ofCPU: index), index: cache.index)
  }
}

/// Requests that the page allocator served itself.
struct LargeRequests {
  var count = 0
  /// Bytes asked for, and bytes of the blocks that hold them.
  var requestedBytes = 0
  var blockBytes = 0
  var failed = 0
}
