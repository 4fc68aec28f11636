internal import Glibc
internal import Synchronization

/// A slab allocator on real memory: machine memory in pages, slabs of pages, pools of slabs, caches of objects, and
/// magazines that let each CPU allocate and free without a lock.
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
  let journal = Guarded(GeneralCacheJournal())
  /// Microseconds of the workload's time, as `setTime` was told.
  let clock = Atomic<Int>(0)
  let directory: Guarded<CacheDirectory>
  let table: CacheTable
  let faults = Guarded(FaultLog())
  /// Movers that were set after their cache was made; nil in place of one takes it away.
  let movers = Guarded<[Int: ObjectMover?]>([:])
  let sites = CallSites()
  /// Rises when memory is short: each CPU that notices returns what its magazines hold.
  let pressure = Atomic<Int>(0)
  private let cpuMapping: ReservedMapping
  #if Capture
    /// Every CPU's counters; nothing in an engine that captures nothing.
    private let captureMapping: ReservedMapping
    /// nil in an engine that captures nothing.
    let captureStart: CaptureStart?
  #endif

  /// Reserves the machine's memory and makes the general caches.
  /// - Throws: what is wrong with the configuration, or that address space can't be had.
  public init(_ configuration: EngineConfiguration) throws(EngineError) {
    try configuration.check()
    self.configuration = configuration
    memory = try MachineMemory(pages: configuration.memoryBytes >> MachineMemory.pageShift)
    cpuMapping = try ReservedMapping(bytes: configuration.cpus * SlabEngine.bytesPerCPU)
    table = try CacheTable()
    pages = Guarded(MachinePages(allocator: PageAllocator(managing: memory)))
    directory = Guarded(CacheDirectory())
    general = GeneralCaches(largest: configuration.largestGeneralSize)
    #if Capture
      captureMapping = try ReservedMapping(
        bytes: configuration.capturesData ? configuration.cpus * CPUCapture.bytes : MachineMemory.pageBytes)
      captureStart = configuration.capturesData ? CaptureStart() : nil
    #endif
    // Every property is set: from here on the engine can refer to itself, and make its own caches.
    for index in 0..<configuration.cpus { setUpCPU(index) }
    for size in configuration.generalCacheSizes { try addGeneralCache(size: size, sharing: nil) }
    general.fillGaps(sizes: configuration.generalCacheSizes)
    noteGaps()
  }

  deinit {
    for cpu in 0..<configuration.cpus { releaseMagazines(ofCPU: cpu) }
    directory.withLock { $0.destroy() }
    directory.destroy()
    table.destroyPools()
    general.destroy()
    journal.destroy()
    pages.destroy()
    faults.destroy()
    movers.destroy()
    sites.destroy()
    for cpu in 0..<configuration.cpus {
      state(ofCPU: cpu).pointee.draining.destroy()
      #if Capture
        state(ofCPU: cpu).pointee.siteCache.deallocate()
      #endif
    }
  }

  private func setUpCPU(_ index: Int) {
    precondition(MemoryLayout<CPUState>.size <= CPUState.bytes, "a CPU's header must not reach its first line")
    #if Capture
      let siteCache = UnsafeMutablePointer<CachedSite>.allocate(capacity: CachedSite.count)
      siteCache.initialize(repeating: CachedSite(key: 0, site: .unknown), count: CachedSite.count)
      state(ofCPU: index).initialize(
        to: CPUState(
          nodes: general, cacheMap: memory.cacheMap, memoryBase: memory.base, memoryBytes: memory.bytes,
          heads: memory.heads, pages: memory.pages, engine: Unmanaged.passUnretained(self), index: index,
          siteCache: siteCache))
      guard configuration.capturesData else { return }
      let state = state(ofCPU: index)
      state.pointee.capture = CPUCapture(
        at: captureMapping.start + index * CPUCapture.bytes,
        // The state does not move.
        clock: UnsafeMutableRawPointer(state).advanced(by: MemoryLayout<CPUState>.offset(of: \.clock)!)
          .assumingMemoryBound(to: CaptureClock.self),
        memory: CapturedMemory(base: memory.base, heads: memory.heads, pages: memory.pages), cpu: index)
    #else
      state(ofCPU: index).initialize(
        to: CPUState(
          nodes: general, cacheMap: memory.cacheMap, memoryBase: memory.base, memoryBytes: memory.bytes,
          heads: memory.heads, pages: memory.pages, engine: Unmanaged.passUnretained(self), index: index))
    #endif
  }

  /// The handle through which CPU `index` allocates and frees. One thread at a time may use it.
  public func cpu(_ index: Int) -> EngineCPU {
    precondition((0..<configuration.cpus).contains(index), "CPU number out of range")
    return EngineCPU(state: state(ofCPU: index))
  }

  /// A CPU's header and lines, in whole pages.
  private static let bytesPerCPU = EngineConfiguration.maximumCaches << CPUCache.lineShift + MachineMemory.pageBytes

  private func state(ofCPU index: Int) -> UnsafeMutablePointer<CPUState> {
    // A page-aligned piece of the mapping for each CPU; its start is only ever a CPUState.
    (cpuMapping.start + index * SlabEngine.bytesPerCPU).bindMemory(to: CPUState.self, capacity: 1)
  }

  /// A CPU's line of a cache.
  func line(ofCPU index: Int, cache: SlabCache) -> CPUCache {
    CPUCache(cpu: UnsafeMutableRawPointer(state(ofCPU: index)), index: cache.index)
  }

  /// The pool that a cache draws from now.
  func pool(of cache: SlabCache) -> GuardedPool {
    // Pools are published before the caches that draw from them, and stay.
    table.pool(at: cache.descriptor.pointee.poolIndex.load(ordering: .acquiring))!
  }

  /// The cache of this index, dead or alive.
  func caches(at index: Int) -> SlabCache? { table.cache(at: index) }
}
