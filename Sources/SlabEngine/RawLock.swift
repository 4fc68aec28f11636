internal import Glibc

/// A mutex in raw memory, for structures that live outside Swift's object model. Slow paths only: no allocation or free
/// that a magazine serves takes one.
///
/// Order, outermost first: the page lock (`PageAllocator`), then one pool's lock. A depot's lock is taken alone. Who
/// holds a pool's lock never takes the page lock.
@usableFromInline
struct RawLock {
  let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "a default mutex can't fail to initialise")
  }

  func destroy() {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
