import Telemetry
import TerminalUI

/// Steps and jumps in time, and growth between two moments.
extension DashboardState {
  /// Age of the moment in view in seconds; nil if now is in view.
  var secondsAgo: Double? { shownMoment.map { moments.secondsAgo($0) } }

  /// Snapshots that are replayed for the rates and curves of a past moment, and the caches of all of them together, at most.
  private static let context = (moments: 240, caches: 50_000)

  /// Whether the moment in view is past: details such as slab maps are not recorded.
  var isPast: Bool { shownMoment != nil || status.history != nil }

  /// Steps back (negative) or forward in time. A step past the last snapshot shows now.
  mutating func step(by distance: Int) -> [DashboardEffect] {
    if status.history != nil { return [.seek(.by(distance))] }
    guard !moments.isEmpty else { return [] }
    // The last recorded snapshot is now or up to a second old; a step back from now shows the one before.
    let from = shownMoment ?? moments.count - 1
    let index = from + distance
    guard index < moments.count - 1, shownMoment != nil || distance < 0 else { return returnToNow() }
    return show(moment: max(0, index))
  }

  /// Shows now, or the end of a recorded history.
  mutating func returnToNow() -> [DashboardEffect] {
    if status.history != nil { return [.seek(.end)] }
    (shownMoment, pastTrends) = (nil, nil)
    notice = nil
    snapshot = latest
    return updateRows()
  }

  /// Shows a recorded snapshot with the rates and curves of that time.
  private mutating func show(moment index: Int) -> [DashboardEffect] {
    shownMoment = index
    let context = min(DashboardState.context.moments, DashboardState.context.caches / max(1, latest?.caches.count ?? 1))
    var trends = Trends()
    moments.forEach(from: max(0, index - max(1, context)), through: index) { moment, seconds in
      snapshot = moment
      trends.add(moment, nil, seconds: seconds)
    }
    pastTrends = trends
    return updateRows()
  }

  /// Handles a key while a time is being typed: 30, 30s, 2m or 1:30 ago, or the time of day 14:05:00.
  mutating func typeTime(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      guard let time = TypedTime(field.text) else {
        notice = field.text.isEmpty ? nil : ("'\(field.text)': expected a time, such as 30, 2m, 1:30, 14:05:00", true)
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
    guard seconds > 0, let index = moments.index(secondsAgo: seconds) else { return returnToNow() }
    return show(moment: index)
  }

  /// Marks the moment in view; the second time, shows the growth between the two moments.
  mutating func mark() -> [DashboardEffect] {
    guard let moment = currentMoment else { return [] }
    guard marked != nil else {
      marked = moment
      notice = ("Moment marked: press b at another moment to see the growth between them", false)
      return []
    }
    mode = .difference(offset: 0)
    return []
  }

  /// The moment in view with its time; nil before the first snapshot.
  private var currentMoment: MarkedMoment? {
    guard let snapshot else { return nil }
    if let history = status.history {
      return MarkedMoment(snapshot: snapshot, time: history.time, order: Double(history.index))
    }
    return MarkedMoment(
      snapshot: snapshot, time: NumberFormat.time(microseconds: snapshot.timeMicroseconds),
      order: moments.now - (secondsAgo ?? 0))
  }

  /// Growth between the marked moment and the one in view; nil if no moment is marked.
  var differences: Differences? {
    guard let marked, let currentMoment else { return nil }
    return Differences(marked, currentMoment)
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
