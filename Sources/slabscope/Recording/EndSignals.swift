import Foundation

/// The signals that end a recording. They are blocked and waited for, so that no signal handler runs.
struct EndSignals {
  private let signals: sigset_t

  /// Blocks the signals, so that they stay pending until `wait`.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    self.signals = signals
  }

  /// Waits for a signal, at most for the given time; also returns early when a child process ends.
  /// - Returns: whether a signal has requested the end.
  func wait(milliseconds: Int) -> Bool {
    var (signals, time) = (signals, timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000))
    let signal = sigtimedwait(&signals, nil, &time)
    return signal > 0 && signal != SIGCHLD
  }
}
