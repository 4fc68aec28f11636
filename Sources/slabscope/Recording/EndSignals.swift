import Glibc

/// The signals that end a recording. They are blocked and waited for, so that no signal handler runs.
struct EndSignals {
  private let signals: sigset_t
  /// Signals that the caller of the program ignores.
  private let ignored: Set<Int32>

  /// A signal that requests the end.
  struct Signal {
    let number: Int32
    /// Whether the kernel sent the signal to all processes in the foreground of the terminal: ctrl-C, ctrl-\, or the terminal was closed.
    let isFromTerminal: Bool
  }

  /// Blocks the signals, so that they stay pending until `next` or `wait`. If the caller of the program ignores SIGHUP (nohup), or the
  /// signals of the terminal's keys (a shell script that starts the program in the background), they stay ignored; `kill -INT` ends the
  /// recording even so.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    let ignored = Set([SIGINT, SIGHUP, SIGQUIT].filter(EndSignals.isIgnored))
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] where signal != SIGHUP || !ignored.contains(SIGHUP) {
      sigaddset(&signals, signal)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    (self.signals, self.ignored) = (signals, ignored)
  }

  /// Waits for a signal, at most for the given time; also returns early when a child process ends.
  /// - Returns: the signal; nil if none has requested the end.
  func next(milliseconds: Int) -> Signal? {
    var (signals, time) = (signals, timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000))
    var information = siginfo_t()
    let number = sigtimedwait(&signals, &information, &time)
    guard number > 0, number != SIGCHLD else { return nil }
    // SI_KERNEL; kill(2) has SI_USER.
    let isFromTerminal = information.si_code == 0x80
    return isFromTerminal && ignored.contains(number) ? nil : Signal(number: number, isFromTerminal: isFromTerminal)
  }

  /// Waits for a signal, at most for the given time; also returns early when a child process ends.
  /// - Returns: whether a signal has requested the end.
  func wait(milliseconds: Int) -> Bool { next(milliseconds: milliseconds) != nil }

  /// Returns whether the signal is ignored, as the kernel reports it in /proc/self/status. A blocked signal would be delivered even so.
  private static func isIgnored(_ signal: Int32) -> Bool {
    let status = (try? String(decoding: InputFile("/proc/self/status").readAll(), as: UTF8.self)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
    let mask = line.flatMap { UInt64($0.dropFirst(7).drop { $0.isWhitespace }, radix: 16) } ?? 0
    return mask >> UInt64(signal - 1) & 1 == 1
  }
}
