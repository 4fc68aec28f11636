internal import CSlabSupport

/// Counts of a pool's lock: the cost of sharing slabs for CPUs that allocate and free at the same time. They change only while
/// the lock is held.
struct LockCounters: Hashable {
  /// Number of times that the lock was taken.
  var acquisitions = 0
  /// Number of acquisitions that had to wait for another thread.
  var contentions = 0
  /// Sum of these waits in ticks of the processor's time-stamp counter.
  var waitTicks = 0
}

/// Pool with its lock, which counts contention. A trivial handle; see `Guarded`.
///
/// The counts are protected by the lock, so that threads do not contend for their cache line. A thread reads the clock only if
/// it has to wait.
struct GuardedPool: Sendable {
  private let pool: Guarded<SlabPool>

  init(_ pool: consuming SlabPool) { self.pool = Guarded(pool) }

  /// Runs `body` with the lock held, and counts the acquisition. Lock order: only a depot's lock may be taken inside.
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

  /// Runs `body` with the lock held without counting the acquisition: for samplers and checks, which are not part of the
  /// traffic.
  func inspect<Value>(_ body: (inout SlabPool) -> Value) -> Value { pool.withLock(body) }

  /// Destroys the pool and the lock. No thread may use either any more.
  func destroy() { pool.destroy() }
}
