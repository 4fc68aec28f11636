import Telemetry
import TerminalUI

/// Steps and jumps in time.
extension DashboardState {
  /// Age of the snapshot in view in seconds; nil if it is the latest.
  var secondsAgo: Double? { shownIndex.map { history.secondsAgo($0) } }

  /// Limits of what is replayed for the rates and events of a past snapshot: the number of snapshots before it, and the
  /// number of caches in all of them together.
  private static let context = (snapshots: 240, caches: 50_000)

  /// Whether the snapshot in view is a past one: details such as slab maps are not recorded.
  var isPast: Bool { shownIndex != nil || status.history != nil }

  /// Steps back (negative) or forward in time. A step past the last snapshot shows now.
  mutating func step(by distance: Int) -> [DashboardEffect] {
    if status.history != nil { return [.seek(.by(distance))] }
    guard !history.isEmpty else { return [] }
    // The last recorded snapshot is now or up to a second old; a step back from now shows the one before.
    let from = shownIndex ?? history.count - 1
    let index = from + distance
    guard index < history.count - 1, shownIndex != nil || distance < 0 else { return returnToNow() }
    return show(at: max(0, index))
  }

  /// Shows now, or the end of a recorded history.
  mutating func returnToNow() -> [DashboardEffect] {
    if status.history != nil { return [.seek(.end)] }
    (shownIndex, pastTrends) = (nil, nil)
    notice = nil
    snapshot = latest
    return updateRows()
  }

  /// Shows a recorded snapshot with the rates, charts and events of that time.
  mutating func show(at index: Int) -> [DashboardEffect] {
    shownIndex = index
    let cacheCount = max(1, latest?.caches.count ?? 1)
    let context = min(DashboardState.context.snapshots, DashboardState.context.caches / cacheCount)
    var trends = Trends()
    history.forEach(from: max(0, index - max(1, context)), through: index) { past, seconds in
      snapshot = past
      trends.addRatesAndEvents(past, seconds: seconds)
    }
    trends.memory = liveTrends.memory.ending(secondsAgo: history.secondsAgo(index))
    pastTrends = trends
    return updateRows()
  }

  /// Handles a key while a time is being typed, see ``TypedTime/forms``.
  mutating func typeTime(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      guard let time = TypedTime(field.text) else {
        notice = field.text.isEmpty ? nil : ("'\(field.text)': expected a time, such as \(TypedTime.forms)", true)
        return []
      }
      return jump(to: time)
    case .escape: mode = .browsing
    case .function(10): return [.quit]
    default: if field.handle(key) { mode = .jumping(field) }
    }
    return []
  }

  private mutating func jump(to time: TypedTime) -> [DashboardEffect] {
    if status.history != nil { return [.seek(.to(time))] }
    let seconds = time.secondsAgo(from: status.secondsOfDay)
    guard seconds > 0, let index = history.index(secondsAgo: seconds) else { return returnToNow() }
    let shown = history.secondsAgo(index)
    if seconds > shown + 2 {
      let age = NumberFormat.time(microseconds: Int(shown * 1e6))
      notice = ("The snapshots in memory begin \(age) ago: the first is shown", false)
    }
    return show(at: index)
  }
}
