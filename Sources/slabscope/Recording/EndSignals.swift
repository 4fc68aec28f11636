import Foundation

/// The signals that ask a recording to end, waited for instead of handled: nothing runs in between.
struct EndSignals {
  private let signals: sigset_t

  /// From now on the signals wait until they are asked for.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    self.signals = signals
  }

  /// Sleeps, at most so long. A child's end wakes it early.
  /// - Returns: whether the end was asked for.
  func wait(milliseconds: Int) -> Bool {
    var (signals, time) = (signals, timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000))
    let signal = sigtimedwait(&signals, nil, &time)
    return signal > 0 && signal != SIGCHLD
  }
}
