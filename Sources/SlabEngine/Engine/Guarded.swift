internal import Glibc

/// State that can only be reached with its lock held. The state and its mutex are in raw memory, so that structures
/// outside Swift's object model can contain a `Guarded`. The value is a trivial handle; the owner must call
/// `destroy()`. Only slow paths take locks: an allocation or free that a magazine serves takes none.
///
/// Lock order, outermost first: the hand of the idle caches (`SlabEngine.idleHand`), the drain lock of a CPU
/// (`CPUState.draining`), the cache directory, the page lock (`MachinePages`), a pool. The lock of a depot may be taken
/// with a pool's lock held. All other locks are taken alone or innermost. With a pool's lock held, no lock but that of a
/// depot may be taken.
struct Guarded<State>: @unchecked Sendable {
  // Sendable: `state` is accessed only while the mutex is locked.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let state: UnsafeMutablePointer<State>

  init(_ initial: State) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "a default mutex can't fail to initialise")
    state = .allocate(capacity: 1)
    state.initialize(to: initial)
  }

  /// Runs `body` with the lock held. `body` must not use this `Guarded` again, because the lock is not recursive.
  func withLock<Value>(_ body: (inout State) -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&state.pointee)
  }

  /// Runs `body` with the lock held if the lock is free; otherwise returns at once without running it.
  func withLockIfFree(_ body: (inout State) -> Void) {
    guard pthread_mutex_trylock(mutex) == 0 else { return }
    defer { pthread_mutex_unlock(mutex) }
    body(&state.pointee)
  }

  /// Runs `body` with the lock held, and passes to it the number of ticks of `clock` for which this thread waited for
  /// the lock; nil if the lock was free. The clock is read only if the thread has to wait.
  func withLock<Value>(clock: () -> UInt64, _ body: (inout State, UInt64?) -> Value) -> Value {
    var waited: UInt64?
    if pthread_mutex_trylock(mutex) != 0 {
      let start = clock()
      pthread_mutex_lock(mutex)
      waited = clock() &- start
    }
    defer { pthread_mutex_unlock(mutex) }
    return body(&state.pointee, waited)
  }

  /// Runs `body` with the lock held, and sets `contended` to true if this thread had to wait for the lock.
  func withLock<Value>(settingContended contended: inout Bool, _ body: (inout State) -> Value) -> Value {
    if pthread_mutex_trylock(mutex) != 0 {
      contended = true
      pthread_mutex_lock(mutex)
    }
    defer { pthread_mutex_unlock(mutex) }
    return body(&state.pointee)
  }

  /// Destroys the state and the lock. No thread may use either afterwards.
  func destroy() {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }
}
