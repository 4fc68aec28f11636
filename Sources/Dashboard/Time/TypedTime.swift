/// Time that the user typed.
package enum TypedTime: Sendable, Hashable {
  /// Age in seconds: 30, 30s, 2m, 1h, 1:30.
  case ago(Double)
  /// Latest occurrence of a time of day, in seconds since midnight: 14:05:00.
  case clock(Double)

  private static let secondsOfADay = 86_400.0

  /// Parses a time; nil if the text is not a time.
  init?(_ text: String) {
    let text = text.filter { $0 != " " }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? -1 }
    guard parts.count > 1 else {
      let units = ["s": 1.0, "m": 60, "h": 3600]
      let unit = text.last.flatMap { units[String($0)] }
      guard let number = Double(unit == nil ? text[...] : text.dropLast()), number >= 0, number.isFinite else {
        return nil
      }
      self = .ago(number * (unit ?? 1))
      return
    }
    guard parts.count <= 3, parts.allSatisfy({ $0 >= 0 && $0.isFinite }), parts.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    if parts.count == 2 {
      self = .ago(parts[0] * 60 + parts[1])
    } else {
      guard parts[0] < 24 else { return nil }
      self = .clock(parts[0] * 3600 + parts[1] * 60 + parts[2])
    }
  }

  /// Returns the age in seconds at a time of day, which is given in seconds since midnight.
  package func secondsAgo(from now: Double) -> Double {
    switch self {
    case .ago(let seconds): return seconds
    case .clock(let time):
      // A time of day that is later than now is that of yesterday.
      return time <= now ? now - time : now - time + TypedTime.secondsOfADay
    }
  }
}
