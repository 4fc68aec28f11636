import Telemetry
import TerminalUI

/// Looking back: steps, jumps, and what grew between two moments.
extension DashboardState {
  /// The moment that is shown, in seconds before now; nil while it is now.
  var secondsAgo: Double? { shownMoment.map { moments.secondsAgo($0) } }

  /// How much of the past is gone through for rates and curves: moments, and caches of all of them together.
  private static let context = (moments: 240, caches: 50_000)

  /// Whether the moment in view is past: of that, what was looked at in detail is not kept.
  var isPast: Bool { shownMoment != nil || status.history != nil }

  /// Steps back (negative) or forward in time; forward past the last moment is now.
  mutating func step(by distance: Int) -> [DashboardEffect] {
    if status.history != nil { return [.seek(.by(distance))] }
    guard !moments.isEmpty else { return [] }
    // The last moment kept is now, or a second ago: a step back from now is the one before.
    let from = shownMoment ?? moments.count - 1
    let index = from + distance
    guard index < moments.count - 1, shownMoment != nil || distance < 0 else { return returnToNow() }
    return show(moment: max(0, index))
  }

  mutating func returnToNow() -> [DashboardEffect] {
    if status.history != nil { return [.seek(.end)] }
    (shownMoment, pastTrails) = (nil, nil)
    notice = nil
    snapshot = latest
    return followSelection()
  }

  private mutating func show(moment index: Int) -> [DashboardEffect] {
    shownMoment = index
    let context = min(DashboardState.context.moments, DashboardState.context.caches / max(1, latest?.caches.count ?? 1))
    var trails = Trails()
    moments.forEach(from: max(0, index - max(1, context)), through: index) { moment, seconds in
      snapshot = moment
      trails.add(moment, nil, seconds: seconds)
    }
    pastTrails = trails
    return followSelection()
  }

  /// Jumps to a time, as it is typed: 30, 30s, 2m, 1:30 ago; or by the clock, 14:05:00.
  mutating func typeTime(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      guard let time = TypedTime(field.text) else {
        notice = field.text.isEmpty ? nil : ("'\(field.text)' is no time: 30, 30s, 2m, 1:30 ago, or 14:05:00", true)
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

  /// Marks the moment that is shown; the second time, shows what grew between the two.
  mutating func mark() -> [DashboardEffect] {
    guard let shown = shownMark else { return [] }
    guard marked != nil else {
      marked = shown
      notice = ("marked: b again, at another moment, shows what grew", false)
      return []
    }
    mode = .difference(offset: 0)
    return []
  }

  /// The moment that is shown, as one to be marked.
  private var shownMark: MarkedMoment? {
    guard let snapshot else { return nil }
    if let history = status.history {
      return MarkedMoment(snapshot: snapshot, time: history.time, order: Double(history.index))
    }
    return MarkedMoment(
      snapshot: snapshot, time: Figures.time(microseconds: snapshot.timeMicroseconds),
      order: moments.now - (secondsAgo ?? 0))
  }

  /// What grew between the marked moment and the one that is shown.
  var differences: Differences? {
    guard let marked, let shownMark else { return nil }
    return Differences(marked, shownMark)
  }

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
