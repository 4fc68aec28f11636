import Glibc

/// A POSIX thread. Tests run on Swift's thread pool, which must not be blocked by waiting.
final class TestThread: Sendable {
  private let handle: pthread_t
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  init(_ run: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(run))
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    precondition(status == 0, "no thread to be had")
    handle = thread
  }

  func join() { pthread_join(handle, nil) }
}
