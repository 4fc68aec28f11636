import Telemetry
import TerminalUI

/// Looking back: steps, jumps, and what grew between two moments.
extension DashboardState {
  /// The moment that is shown, in seconds before now; nil while it is now.
  var secondsAgo: Double? { shownMoment.map { moments.secondsAgo($0) } }

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
    shownMoment = nil
    notice = nil
    snapshot = latest
    return followSelection()
  }

  private mutating func show(moment index: Int) -> [DashboardEffect] {
    shownMoment = index
    snapshot = moments.snapshot(at: index)
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

  /// Marks the moment that is shown; the second time, shows what grew since the first.
  mutating func mark() -> [DashboardEffect] {
    guard let snapshot else { return [] }
    guard marked != nil else {
      marked = snapshot
      notice = ("marked: b again, at another moment, shows what grew", false)
      return []
    }
    mode = .difference(offset: 0)
    return []
  }

  mutating func scrollDifference(_ key: Key, from offset: Int) -> [DashboardEffect] {
    switch key {
    case .down, .character("j"): mode = .difference(offset: offset + 1)
    case .up, .character("k"): mode = .difference(offset: max(0, offset - 1))
    case .pageDown, .character(" "): mode = .difference(offset: offset + max(1, size.height - 4))
    case .pageUp: mode = .difference(offset: max(0, offset - max(1, size.height - 4)))
    case .function(10): return [.quit]
    default: (mode, marked) = (.browsing, nil)
    }
    return []
  }
}
