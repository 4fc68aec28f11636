import Glibc

/// A time in a history, as it is written after the `@` of an input.
enum HistoryTime: Hashable {
  /// Seconds before the latest snapshot: `-2m`, `-90s`, `-1.5h`, `-7d`; a number without a unit is in seconds.
  case before(Double)
  /// Seconds since midnight, local time, of the last day on which the history has reached this time: `14:05`, `14:05:30`.
  case timeOfDay(Double)
  /// Seconds since 1970 UTC, written in local time: `2026-11-23T14:05`, `2026-11-23 14:05:30`.
  case date(Double)

  /// Examples for messages and help.
  static let examples = "-2m, 14:05, 14:05:30 or 2026-11-23T14:05"

  /// Parses a time; nil if the text is none.
  init?(_ text: some StringProtocol) {
    if text.hasPrefix("-") {
      guard let span = TimeSpan(argument: String(text.dropFirst())) else { return nil }
      self = .before(span.seconds)
    } else if let mark = text.firstIndex(where: { $0 == "T" || $0 == " " }) {
      guard let time = HistoryTime.secondsOfDay(text[text.index(after: mark)...]),
        let day = HistoryTime.numbers(text[..<mark], separator: "-"), day.count == 3, day[0] >= 1970,
        (1...12).contains(day[1]), (1...31).contains(day[2])
      else { return nil }
      var parts = tm()
      (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(day[0] - 1900), Int32(day[1] - 1), Int32(day[2]))
      (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(time / 3600), Int32(time / 60 % 60), Int32(time % 60))
      // Daylight saving time is determined by the date.
      parts.tm_isdst = -1
      self = .date(Double(mktime(&parts)))
    } else {
      guard let time = HistoryTime.secondsOfDay(text[...]) else { return nil }
      self = .timeOfDay(Double(time))
    }
  }

  /// Returns the time in seconds since 1970.
  /// - Parameter end: the time of the latest snapshot.
  func seconds(before end: Double) -> Double {
    switch self {
    case .before(let seconds): return end - seconds
    case .date(let seconds): return seconds
    case .timeOfDay(let time):
      let now = LocalTime(end).secondsOfDay
      return end - (time <= now ? now - time : now - time + 86_400)
    }
  }

  /// Parses `14:05` or `14:05:30`.
  private static func secondsOfDay(_ text: some StringProtocol) -> Int? {
    guard let parts = numbers(text, separator: ":"), (2...3).contains(parts.count), parts[0] < 24,
      parts.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    return parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
  }

  /// Parses numbers of one to four digits; nil if the text has anything else.
  private static func numbers(_ text: some StringProtocol, separator: Character) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Int? in
      (1...4).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    return numbers.count == parts.count ? numbers : nil
  }
}
