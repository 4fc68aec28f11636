internal import CSlabSupport

/// How often a pool's lock was taken, and what waiting for it cost: what sharing slabs costs CPUs that allocate and free at
/// the same time. Changes with the lock held.
struct LockCounters: Hashable {
  /// Times that the lock was taken.
  var acquisitions = 0
  /// Those of them that found it taken by another thread.
  var contentions = 0
  /// Ticks of the processor's time-stamp counter that those waited, together.
  var waitTicks = 0
}

/// A pool behind its lock, which counts how often threads meet there. A trivial handle; see `Guarded`.
///
/// The counts are kept under the lock, so that threads do not contend for their cache line; a thread reads the clock only if it has to wait.
struct GuardedPool: Sendable {
  private let pool: Guarded<SlabPool>

  init(_ pool: consuming SlabPool) { self.pool = Guarded(pool) }

  /// Runs `body` with the lock held, and counts that. Lock order: a pool's lock is innermost but for a depot's.
  func withLock<Value>(_ body: (inout SlabPool) -> Value) -> Value {
    pool.withLock(clock: slab_clock_ticks) { pool, waited in
      pool.lock.acquisitions += 1
      if let waited {
        pool.lock.contentions += 1
        pool.lock.waitTicks += Int(truncatingIfNeeded: waited)
      }
      return body(&pool)
    }
  }

  /// Runs `body` with the lock held and does not count that: for samplers and checks, which are no traffic.
  func inspect<Value>(_ body: (inout SlabPool) -> Value) -> Value { pool.withLock(body) }

  /// Ends the pool and the lock. Nothing uses either any more.
  func destroy() { pool.destroy() }
}
