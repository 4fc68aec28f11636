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
  let pages: Guarded<MachinePages>
  let general: GeneralCaches
  let directory: Guarded<CacheDirectory>
  private let cpuLines: ReservedMapping
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
    pages = Guarded(MachinePages(allocator: PageAllocator(managing: memory)))
    var directory = CacheDirectory()
    var caches: [SlabCache] = []
    for size in configuration.generalCacheSizes {
      // In range, as checked above; so are 11 to a few hundred caches.
      let geometry = SlabGeometry(objectSize: size, alignment: 8, orders: configuration.orders)
      caches.append(
        directory.add(
          name: SlabEngine.generalCacheName(size), objectSize: size, isGeneral: true, geometry: geometry,
          memory: memory, cpus: configuration.cpus))
    }
    self.directory = Guarded(directory)
    general = GeneralCaches(caches: caches)
  }

  deinit {
    for cpu in 0..<configuration.cpus { releaseMagazines(ofCPU: cpu) }
    directory.withLock { $0.destroy() }
    directory.destroy()
    general.destroy()
    pages.destroy()
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
