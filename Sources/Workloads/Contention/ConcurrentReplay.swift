import Glibc
import SlabEngine
import Synchronization

/// A recording replayed on several threads as fast as they go, to measure what threads wait for each other at the locks of
/// pools. The memory that a policy needs is better compared by `Player`, whose replays are the same each time.
///
/// A recorded second takes a few milliseconds here, so that threads meet far more often than the recorded kernel's CPUs
/// did: the share of contended acquisitions is an upper bound for a machine of as many CPUs.
public struct ConcurrentReplay: Sendable {
  /// What a pool's lock cost.
  public struct Pool: Sendable, Hashable, Encodable {
    /// The cache in whose name its slabs are reported, and the others that draw from it.
    public var caches: [String]
    /// Times that the lock was taken.
    public var acquisitions: Int
    /// Those of them that had to wait for another thread.
    public var contentions: Int
    /// Cycles of the processor's time-stamp counter that those waited.
    public var waitCycles: Int

    private enum CodingKeys: String, CodingKey {
      case caches
      case acquisitions = "lock_acquisitions"
      case contentions = "lock_contentions"
      case waitCycles = "lock_wait_cycles"
    }
  }

  /// The policy's name.
  public let policy: String
  /// Threads that played.
  public let threads: Int
  /// Allocations and frees of all passes.
  public let operations: Int
  /// Allocations that were refused.
  public let failedAllocations: Int
  /// Nanoseconds that the passes took.
  public let nanoseconds: Int
  /// The most bytes of pages in use at once.
  public let peakBytes: Int
  /// Pools whose lock was taken, those that were waited for most first.
  public let pools: [Pool]

  /// Times that any pool's lock was taken.
  public var acquisitions: Int { pools.reduce(0) { $0 + $1.acquisitions } }
  /// Those of them that had to wait for another thread.
  public var contentions: Int { pools.reduce(0) { $0 + $1.contentions } }
  /// Cycles that those waited.
  public var waitCycles: Int { pools.reduce(0) { $0 + $1.waitCycles } }

  /// Replays a plan some times on one engine.
  /// - Throws: `EngineError`, also where a cache can't be made.
  public init(_ plan: ConcurrentPlan, policy: Policy, memoryBytes: Int, passes: Int = 1) throws {
    var configuration = policy.configuration(memoryBytes: memoryBytes, cpus: plan.cpus)
    if plan.cachesAreMerged { configuration.mergeWindow = nil }
    #if Capture
      configuration.capturesData = false
    #endif
    let engine = try SlabEngine(configuration)
    let run = try Run(plan, engine, policy)
    let clock = ContinuousClock()
    var elapsed = Duration.zero
    for _ in 0..<passes {
      run.reset()
      let start = clock.now
      run.pass()
      elapsed += start.duration(to: clock.now)
      engine.reap()
    }
    let sample = engine.sample()
    let sharers = Dictionary(grouping: sample.caches.filter { $0.slabHolder != $0.name }, by: \.slabHolder)
    self.policy = policy.name
    threads = plan.threads
    operations = plan.operationCount * passes
    failedAllocations = run.failed.load(ordering: .relaxed)
    nanoseconds = Int(elapsed / .nanoseconds(1))
    peakBytes = sample.peakPagesInUse * sample.pageBytes
    pools = sample.caches.compactMap { cache in
      guard let acquisitions = cache.lockAcquisitions, acquisitions > 0 else { return nil }
      let others = sharers[cache.name, default: []].filter { $0.allocations > 0 }.map(\.name)
      return Pool(
        caches: [cache.name] + others, acquisitions: acquisitions, contentions: cache.lockContentions ?? 0,
        waitCycles: cache.lockWaitCycles ?? 0)
    }.sorted {
      ($1.waitCycles, $1.acquisitions, $0.caches[0]) < ($0.waitCycles, $0.acquisitions, $1.caches[0])
    }
  }
}

/// A replay at work.
private final class Run: @unchecked Sendable {
  // Sendable: a slot's object belongs to the thread whose turn it is; `turns` is atomic, the rest does not change while
  // threads run.
  private let plan: ConcurrentPlan
  private let engine: SlabEngine
  private let caches: [SlabCache]
  private let objects: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let turns: UnsafeMutablePointer<Atomic<UInt32>>
  let failed = Atomic<Int>(0)
  private let ready = Atomic<Int>(0)

  init(_ plan: ConcurrentPlan, _ engine: SlabEngine, _ policy: Policy) throws {
    (self.plan, self.engine) = (plan, engine)
    caches = try plan.caches.map { cache in
      var options = CacheOptions()
      options.minimumStride = cache.stride
      if policy.performance.contains(cache.name) { options.flags.insert(.performance) }
      // A recording may name a general cache.
      let name = engine.cache(named: cache.name) == nil ? cache.name : "\(cache.name)/\(cache.objectSize)"
      return try engine.makeCache(name, objectSize: cache.objectSize, options: options)
    }
    objects = .allocate(capacity: max(1, plan.slots))
    objects.initialize(repeating: nil, count: max(1, plan.slots))
    turns = .allocate(capacity: max(1, plan.slots))
    for slot in 0..<max(1, plan.slots) { (turns + slot).initialize(to: Atomic(0)) }
  }

  deinit {
    objects.deallocate()
    turns.deallocate()
  }

  /// Gets ready for another pass.
  func reset() {
    for slot in 0..<plan.slots { turns[slot].store(0, ordering: .relaxed) }
    ready.store(0, ordering: .relaxed)
  }

  /// Plays all operations, each thread its own, and returns when all are done.
  func pass() {
    let others = (1..<plan.threads).map { thread in JoinableThread { [self] in play(thread) } }
    play(0)
    for thread in others { thread.join() }
  }

  private func play(_ thread: Int) {
    ready.add(1, ordering: .relaxed)
    while ready.load(ordering: .relaxed) < plan.threads { sched_yield() }
    let cpus = (0..<plan.cpus).map { engine.cpu($0) }
    plan.operations[thread].withUnsafeBufferPointer { operations in
      for operation in operations {
        let slot = Int(operation.slot)
        while turns[slot].load(ordering: .acquiring) != operation.turn { sched_yield() }
        let cache = operation.cache < 0 ? nil : caches[Int(operation.cache)]
        if operation.bytes == 0 {
          if let object = objects[slot] { free(object, to: cache, on: cpus[Int(operation.cpu)]) }
          objects[slot] = nil
        } else {
          objects[slot] = allocate(Int(operation.bytes), from: cache, on: cpus[Int(operation.cpu)])
          if objects[slot] == nil { failed.add(1, ordering: .relaxed) }
        }
        turns[slot].store(operation.turn &+ 1, ordering: .releasing)
      }
    }
  }

  @inline(__always)
  private func allocate(_ bytes: Int, from cache: SlabCache?, on cpu: EngineCPU) -> UnsafeMutableRawPointer? {
    #if Capture
      if let cache { return cpu.allocate(from: cache, site: .unknown) }
      return cpu.allocate(bytes: bytes, site: .unknown)
    #else
      if let cache { return cpu.allocate(from: cache) }
      return cpu.allocate(bytes: bytes)
    #endif
  }

  @inline(__always)
  private func free(_ object: UnsafeMutableRawPointer, to cache: SlabCache?, on cpu: EngineCPU) {
    #if Capture
      if let cache { cpu.free(object, to: cache, site: .unknown) } else { cpu.free(object, site: .unknown) }
    #else
      if let cache { cpu.free(object, to: cache) } else { cpu.free(object) }
    #endif
  }
}
