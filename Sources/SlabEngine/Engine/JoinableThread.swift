import Glibc

/// POSIX thread that the caller joins. Unlike a task, it may wait for other threads without occupying a thread of Swift's
/// concurrency pool, whose size is limited.
package final class JoinableThread: Sendable {
  private let handle: pthread_t

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that runs `body`. The system must be able to create another thread.
  package init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    precondition(status == 0, "the system cannot create another thread")
    handle = thread
  }

  /// Waits for the end of the thread. The caller must join each thread once.
  package func join() { pthread_join(handle, nil) }
}
