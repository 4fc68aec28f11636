internal import Glibc

/// State that is reached only with its lock held, in raw memory, for structures that live outside Swift's object
/// model. A trivial handle; whoever made it destroys it. Slow paths only: no allocation or free that a magazine serves
/// takes a lock.
///
/// Order, outermost first: a CPU's (`CPUState.draining`), the directory's, the page lock (`MachinePages`), one pool's. A
/// depot's and the others' are taken alone, or last. Who holds a pool's lock takes no other.
struct Guarded<State>: @unchecked Sendable {
  // Sendable: `state` is touched only between lock and unlock.
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

  /// Runs `body` with the lock held. `body` must not call back into this `Guarded`.
  func withLock<Value>(_ body: (inout State) -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&state.pointee)
  }

  /// Runs `body` if the lock is free at the moment.
  func withLockIfFree(_ body: (inout State) -> Void) {
    guard pthread_mutex_trylock(mutex) == 0 else { return }
    defer { pthread_mutex_unlock(mutex) }
    body(&state.pointee)
  }

  /// Runs `body` with the lock held, and tells it for how many ticks of `clock` the lock had to be waited for; nil if it was
  /// free. The clock is read only where it was not.
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

  /// The same as `withLock`, and tells whether the lock had to be waited for.
  func withLock<Value>(noting contended: inout Bool, _ body: (inout State) -> Value) -> Value {
    if pthread_mutex_trylock(mutex) != 0 {
      contended = true
      pthread_mutex_lock(mutex)
    }
    defer { pthread_mutex_unlock(mutex) }
    return body(&state.pointee)
  }

  /// Ends the state and the lock. Nobody uses either any more.
  func destroy() {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }
}
