import Glibc
import SlabEngine
import Synchronization

/// Replay of a recording on several threads at full speed, which measures the contention of pool locks. To compare the memory
/// use of policies, use ``Player``, whose replays are deterministic.
///
/// The replay of a recorded second takes a few milliseconds, so that threads use a pool at the same time far more often than
/// the CPUs of the recorded kernel: the share of contended acquisitions is an upper bound for a machine with as many CPUs.
package struct ConcurrentReplay: Sendable {
  /// Contention of the lock of one pool.
  package struct Pool: Sendable, Hashable, Encodable {
    /// Names of the caches that share the pool, beginning with the cache under which its slabs are reported.
    package var caches: [String]
    /// Number of acquisitions of the lock.
    package var acquisitions: Int
    /// Number of acquisitions that waited for another thread.
    package var contentions: Int
    /// Time that contended acquisitions waited, in cycles of the time-stamp counter.
    package var waitCycles: Int

    private enum CodingKeys: String, CodingKey {
      case caches
      case acquisitions = "lock_acquisitions"
      case contentions = "lock_contentions"
      case waitCycles = "lock_wait_cycles"
    }
  }

  /// Name of the policy.
  package let policy: String
  /// Number of threads.
  package let threads: Int
  /// Number of allocations and frees of all passes.
  package let operations: Int
  /// Number of failed allocations.
  package let failedAllocations: Int
  /// Duration of all passes in nanoseconds.
  package let nanoseconds: Int
  /// Maximum number of bytes of pages in use.
  package let peakBytes: Int
  /// Pools whose lock was acquired, in descending order of the waiting time.
  package let pools: [Pool]

  /// Number of acquisitions of all pool locks.
  package var acquisitions: Int { pools.reduce(0) { $0 + $1.acquisitions } }
  /// Number of acquisitions that waited for another thread.
  package var contentions: Int { pools.reduce(0) { $0 + $1.contentions } }
  /// Time that contended acquisitions waited, in cycles of the time-stamp counter.
  package var waitCycles: Int { pools.reduce(0) { $0 + $1.waitCycles } }

  /// Replays a plan on a new engine.
  /// - Parameters:
  ///   - plan: Operations to replay.
  ///   - policy: Policy of the engine.
  ///   - memoryBytes: Machine memory in bytes.
  ///   - passes: Number of times that the plan is replayed on the engine.
  /// - Throws: `EngineError` if the engine or a cache cannot be created.
  package init(_ plan: ConcurrentPlan, policy: Policy, memoryBytes: Int, passes: Int = 1) throws {
    var configuration = policy.configuration(memoryBytes: memoryBytes, cpus: plan.cpus)
    if plan.hasMergedCaches { configuration.mergeWindow = nil }
    #if Capture
      configuration.capturesData = false
    #endif
    let engine = try SlabEngine(configuration)
    let state = try ReplayState(plan, engine, policy)
    let clock = ContinuousClock()
    var elapsed = Duration.zero
    for _ in 0..<passes {
      state.reset()
      let start = clock.now
      state.performPass()
      elapsed += start.duration(to: clock.now)
      engine.reap()
    }
    let sample = engine.sample()
    let sharers = Dictionary(grouping: sample.caches.filter { $0.slabHolder != $0.name }, by: \.slabHolder)
    self.policy = policy.name
    threads = plan.threads
    operations = plan.operationCount * passes
    failedAllocations = state.failed.load(ordering: .relaxed)
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

/// State of a replay that its threads share.
private final class ReplayState: @unchecked Sendable {
  // Sendable: the object of a slot is accessed only by the thread whose turn it is; `turns` is atomic; all other properties
  // do not change while threads run.
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
      // A recording may contain the name of a general cache, which the engine has already.
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

  /// Resets the turn numbers for another pass.
  func reset() {
    for slot in 0..<plan.slots { turns[slot].store(0, ordering: .relaxed) }
    ready.store(0, ordering: .relaxed)
  }

  /// Performs all operations on `plan.threads` threads, one of which is the calling thread, and returns when all are done.
  func performPass() {
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
