import Telemetry
import TerminalUI

/// Shrinking of the selected cache of a running kernel, after a confirmation.
extension DashboardState {
  /// Parts of the question before a cache is shrunk.
  static func shrinkingHints(_ cache: String) -> [String] {
    [
      "writes 1 to /sys/kernel/slab/\(cache)/shrink:", "the kernel frees the cache's empty slabs",
      "and holds the locks of its slab lists meanwhile", "y shrink", "Esc cancel",
    ]
  }

  /// Asks whether the selected cache shall be shrunk.
  mutating func askToShrink() {
    guard let cache = actionCache else { return notice = ("No cache is selected.", true) }
    mode = .shrinking(cache)
  }

  /// Handles a key while the question is shown.
  mutating func confirmShrinking(_ key: Key, of cache: String) -> [DashboardEffect] {
    switch key {
    case .character("y"):
      mode = .browsing
      return [.shrinkCache(cache)]
    case .escape, .character("n"), .character("q"): mode = .browsing
    case .function(10): return [.quit]
    default: break
    }
    return []
  }

  /// Adds the result of shrinking a cache to the event log, and shows it.
  mutating func logShrinking(of cache: String, _ text: String, isFailure: Bool) {
    (notice, noticeSince) = ((text, isFailure), nil)
    let time = latest?.timeMicroseconds ?? 0
    liveTrends.events.add(
      MachineEvent(
        severity: isFailure ? .failure : .information, cache: cache, text: text, firstTime: time, time: time))
  }
}
