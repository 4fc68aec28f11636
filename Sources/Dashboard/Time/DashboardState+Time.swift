import Telemetry
import TerminalUI

/// Steps and jumps in time, and growth between two snapshots.
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

  /// Marks the snapshot in view; the second time, shows the growth between the two snapshots.
  mutating func mark() -> [DashboardEffect] {
    guard let current = currentSnapshot else { return [] }
    guard marked != nil else {
      marked = current
      notice = ("Snapshot marked: press b at another time to see the growth between them", false)
      return []
    }
    mode = .difference(offset: 0)
    return []
  }

  /// The snapshot in view with its time; nil before the first snapshot.
  private var currentSnapshot: MarkedSnapshot? {
    guard let snapshot else { return nil }
    if let position = status.history {
      return MarkedSnapshot(snapshot: snapshot, time: position.time, order: Double(position.index))
    }
    return MarkedSnapshot(
      snapshot: snapshot, time: NumberFormat.time(microseconds: snapshot.timeMicroseconds),
      order: history.now - (secondsAgo ?? 0))
  }

  /// Growth between the marked snapshot and the one in view; nil if none is marked.
  var differences: Differences? {
    guard let marked, let currentSnapshot else { return nil }
    return Differences(marked, currentSnapshot)
  }

  /// Handles a key while the growth is shown.
  mutating func scrollDifference(_ key: Key, from offset: Int) -> [DashboardEffect] {
    let page = max(1, size.height - 4)
    let lastOffset = max(0, (differences?.rows.count ?? 0) + 1 - page)
    switch key {
    case .down, .character("j"): mode = .difference(offset: min(offset + 1, lastOffset))
    case .up, .character("k"): mode = .difference(offset: max(0, offset - 1))
    case .pageDown, .character(" "): mode = .difference(offset: min(offset + page, lastOffset))
    case .pageUp: mode = .difference(offset: max(0, offset - page))
    case .function(10): return [.quit]
    default: (mode, marked) = (.browsing, nil)
    }
    return []
  }
}
