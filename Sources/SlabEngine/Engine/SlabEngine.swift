internal import Glibc
internal import Synchronization

/// A slab allocator on real memory: machine memory is divided into pages, pools obtain slabs of pages, caches allocate
/// objects from the slabs of a pool, and magazines let each CPU allocate and free without a lock.
///
///     EngineCPU ─▶ magazines ─▶ depot ─▶ SlabPool ─▶ PageAllocator ─▶ MachineMemory
///     no lock                  one lock  one lock    page lock         one mapping
///                              per cache per pool
///
/// The engine must outlive the handles that it returns (`SlabCache`, `EngineCPU`). Any thread may call its methods at
/// any time unless the method's documentation requires that the CPUs are idle. S1 to S8 in the documentation are the
/// ideas of Mark Hemment's message to linux-kernel of 27 August 2000.
public final class SlabEngine: @unchecked Sendable {
  // Sendable: every stored property is a `let`. The memory that these refer to is atomic, guarded by a lock, or used
  // only by the thread that drives the CPU.

  /// The configuration that the engine was created with.
  public let configuration: EngineConfiguration
  let memory: MachineMemory
  let pages: Guarded<MachinePages>
  let general: GeneralCaches
  let journal = Guarded(GeneralCacheJournal())
  /// The current time of the workload in microseconds, set by `setTime(microseconds:)`.
  let clock = Atomic<Int>(0)
  let directory: Guarded<CacheDirectory>
  let table: CacheTable
  let faults = Guarded(FaultLog())
  /// Movers that were set after the cache was created, by cache index. A nil mover overrides the one in the cache's
  /// options.
  let movers = Guarded<[Int: ObjectMover?]>([:])
  let sites = CallSites()
  /// Number of times that memory was short. A CPU that finds a new value drains its magazines.
  let pressure = Atomic<Int>(0)
  /// Index of the cache that `drainNextIdleCache(cpu:growing:)` examined last.
  let idleHand = Guarded(-1)
  private let cpuMapping: ReservedMapping
  private let bytesPerCPU: Int
  private let recordMapping: ReservedMapping
  let records: ObjectRecords
  #if Capture
    /// Contexts and capture counters of all CPUs; unused if the engine does not capture data.
    private let captureMapping: ReservedMapping
    /// Contexts of the capture; unused if the engine does not capture data.
    let captureContexts: CaptureContexts
    /// nil if the engine does not capture data.
    let captureStart: CaptureStart?
  #endif

  /// Reserves the machine's memory and creates the general caches.
  /// - Throws: The error of `EngineConfiguration.check()`, or `EngineError.reservation`.
  public init(_ configuration: EngineConfiguration) throws(EngineError) {
    try configuration.check()
    self.configuration = configuration
    memory = try MachineMemory(pages: configuration.memoryBytes >> MachineMemory.pageShift)
    bytesPerCPU = SlabEngine.bytesPerCPU(configuration)
    cpuMapping = try ReservedMapping(bytes: configuration.cpus * bytesPerCPU)
    recordMapping = try ReservedMapping(bytes: ObjectRecords.bytes(forMemory: memory.bytes))
    records = ObjectRecords(at: recordMapping.start, forMemory: memory.bytes)
    table = try CacheTable()
    pages = Guarded(MachinePages(allocator: PageAllocator(managing: memory)))
    directory = Guarded(CacheDirectory())
    general = GeneralCaches(largest: configuration.largestGeneralSize)
    #if Capture
      captureMapping = try ReservedMapping(
        bytes: configuration.capturesData
          ? CaptureContexts.bytes + configuration.cpus * CPUCapture.bytes : MachineMemory.pageBytes)
      captureContexts = CaptureContexts(at: captureMapping.start)
      captureStart = configuration.capturesData ? CaptureStart() : nil
    #endif
    // All stored properties are initialised here, so that methods of the engine can be used.
    for index in 0..<configuration.cpus { setUpCPU(index) }
    for size in configuration.generalCacheSizes { try addGeneralCache(size: size, sharing: nil) }
    general.aliasMissingPowersOfTwo(sizes: configuration.generalCacheSizes)
    recordAliases()
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
    idleHand.destroy()
    for cpu in 0..<configuration.cpus {
      state(ofCPU: cpu).pointee.draining.destroy()
    }
  }

  private func setUpCPU(_ index: Int) {
    precondition(MemoryLayout<CPUState>.size <= CPUState.bytes, "a CPU's header must not reach its first per-CPU cache")
    #if Capture
      let capture = CPUCapture(
        at: captureMapping.start + CaptureContexts.bytes + index * CPUCapture.bytes, contexts: captureContexts,
        records: records, cpu: index, isOn: configuration.capturesData)
      state(ofCPU: index).initialize(
        to: CPUState(
          nodes: general, cacheMap: memory.cacheMap, memoryBase: memory.base, memoryBytes: memory.bytes,
          ownerTags: memory.ownerTags, engine: Unmanaged.passUnretained(self), index: index, capture: capture))
    #else
      state(ofCPU: index).initialize(
        to: CPUState(
          nodes: general, cacheMap: memory.cacheMap, memoryBase: memory.base, memoryBytes: memory.bytes,
          ownerTags: memory.ownerTags, engine: Unmanaged.passUnretained(self), index: index))
    #endif
  }

  /// Returns the handle for CPU `index` (0 ..< `configuration.cpus`), which allocates and frees objects. It must be
  /// used by one thread at a time. The index is a precondition.
  public func cpu(_ index: Int) -> EngineCPU {
    precondition((0..<configuration.cpus).contains(index), "CPU number out of range")
    return EngineCPU(state: state(ofCPU: index))
  }

  /// Returns the bytes of one CPU's state and its per-CPU caches, in whole pages.
  private static func bytesPerCPU(_ configuration: EngineConfiguration) -> Int {
    let bytes = CPUCache.offset(ofIndex: EngineConfiguration.maximumCaches) + distanceToCPUCaches(configuration)
    return (bytes + MachineMemory.pageBytes - 1) & ~(MachineMemory.pageBytes - 1)
  }

  /// Returns the distance from the offsets in handles, general caches and the cache map to the per-CPU caches.
  private static func distanceToCPUCaches(_ configuration: EngineConfiguration) -> Int {
    #if Capture
      configuration.capturesData ? RecordPlace.distance : 0
    #else
      0
    #endif
  }

  private func state(ofCPU index: Int) -> UnsafeMutablePointer<CPUState> {
    // Each CPU has a page-aligned part of the mapping. Nothing but a CPUState is stored at its start.
    (cpuMapping.start + index * bytesPerCPU).bindMemory(to: CPUState.self, capacity: 1)
  }

  /// Returns a CPU's per-CPU cache of a cache.
  func cpuCache(ofCPU index: Int, cache: SlabCache) -> CPUCache {
    CPUCache(
      cpu: UnsafeMutableRawPointer(state(ofCPU: index)),
      offset: cache.offset + SlabEngine.distanceToCPUCaches(configuration))
  }

  /// Returns the pool that a cache allocates from.
  func pool(of cache: SlabCache) -> GuardedPool {
    // A pool is published before the caches that use it, and is never removed.
    table.pool(at: cache.descriptor.pointee.poolIndex.load(ordering: .acquiring))!
  }

  /// Returns the cache with this index, even if it was destroyed; nil if there is none.
  func cacheIncludingDestroyed(at index: Int) -> SlabCache? { table.cache(at: index) }
}
