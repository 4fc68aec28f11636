import Glibc

/// Thread that runs a function and then ends.
package enum BackgroundThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) { (self.name, self.run) = (name, run) }
  }

  /// Starts a thread. If the system has no resources for it, the program ends with an error message.
  /// - Parameters:
  ///   - name: name of the thread in the list of threads of the system, at most 15 characters.
  ///   - body: function that the thread runs.
  package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    var thread: pthread_t = 0
    // The new thread releases the function.
    let context = Unmanaged.passRetained(Body(name, body))
    let result = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        BackgroundThread.setName(body.name)
        body.run()
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      context.release()
      let message = "slabscope: a thread cannot be started: \(String(cString: strerror(result)).lowercased())\n"
      _ = write(STDERR_FILENO, message, message.utf8.count)
      Glibc.exit(1)
    }
    pthread_detach(thread)
  }

  /// Names the calling thread.
  private static func setName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    // A thread without its name works too.
    _ = write(file, name, name.utf8.count)
    close(file)
  }
}
