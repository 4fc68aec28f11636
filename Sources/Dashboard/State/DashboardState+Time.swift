import Telemetry
import TerminalUI

/// Looking back: steps, jumps, and what grew between two moments.
extension DashboardState {
  /// The moment that is shown, in seconds before now; nil while it is now.
  var secondsAgo: Double? { shownMoment.map { moments.secondsAgo($0) } }

  /// Steps back (negative) or forward in time; forward past the last moment is now.
  mutating func step(by distance: Int) -> [DashboardEffect] {
    guard !moments.moments.isEmpty else { return [] }
    // The last moment kept is now, or a second ago: a step back from now is the one before.
    let from = shownMoment ?? moments.moments.count - 1
    let index = from + distance
    guard index < moments.moments.count - 1, shownMoment != nil || distance < 0 else { return returnToNow() }
    return show(moment: max(0, index))
  }

  mutating func returnToNow() -> [DashboardEffect] {
    shownMoment = nil
    notice = nil
    snapshot = latest
    return followSelection()
  }

  private mutating func show(moment index: Int) -> [DashboardEffect] {
    shownMoment = index
    snapshot = moments.moments[index].snapshot
    return followSelection()
  }

  /// Jumps to a time ago, as it is typed: 30, 30s, 2m, 1:30.
  mutating func typeTime(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      guard let seconds = DashboardState.seconds(field.text) else {
        notice = field.text.isEmpty ? nil : ("'\(field.text)' is no time: 30, 30s, 2m or 1:30 ago", true)
        return []
      }
      guard let index = moments.index(secondsAgo: seconds) else { return [] }
      return seconds == 0 ? returnToNow() : show(moment: index)
    case .escape: mode = .browsing
    case .function(10): return [.quit]
    default: if field.handle(key) { mode = .jumping(field) }
    }
    return []
  }

  static func seconds(_ text: String) -> Double? {
    let text = text.filter { $0 != " " }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let minutes = Double(parts[0]), let seconds = Double(parts[1]), minutes >= 0, seconds >= 0 {
      return minutes * 60 + seconds
    }
    let (number, unit) =
      text.hasSuffix("m") ? (text.dropLast(), 60.0) : (text.hasSuffix("s") ? text.dropLast() : text[...], 1)
    return Double(number).flatMap { $0 >= 0 && $0.isFinite ? $0 * unit : nil }
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
