/// Time that the user typed: an age, or a time of day.
package enum TypedTime: Sendable, Hashable {
  /// Age in seconds: 30, 30s, 2m, 1h, -2m, 1:30 ago.
  case ago(Double)
  /// Latest occurrence of a time of day, in seconds since midnight: 14:05, 14:05:00.
  case clock(Double)

  /// Every accepted form by an example, for the help screen, the prompt and errors.
  package static let forms = "30, 30s, 2m, 1h, -2m, 1:30 ago, 14:05, 14:05:00"

  private static let secondsOfADay = 86_400.0

  /// Parses a time; nil if the text is not a time.
  ///
  /// A number with or without a unit is an age. Numbers with colons are an age if `-` precedes or `ago` follows them, and
  /// otherwise a time of day: 14:05 is five past two, 1:30 ago is a minute and a half.
  package init?(_ text: String) {
    var text = text.lowercased().filter { $0 != " " }[...]
    var isAge = false
    if text.hasPrefix("-") {
      text = text.dropFirst()
      isAge = true
    }
    if text.hasSuffix("ago") {
      text = text.dropLast(3)
      isAge = true
    }
    guard text.allSatisfy({ $0.isASCII && !"+-".contains($0) }) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1 else {
      guard let seconds = TypedTime.seconds(text) else { return nil }
      self = .ago(seconds)
      return
    }
    guard let time = TypedTime.clock(parts, isAge: isAge) else { return nil }
    self = isAge ? .ago(time) : .clock(time)
  }

  /// Returns the seconds of a number with an optional unit; nil if the text is none.
  private static func seconds(_ text: Substring) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text : text.dropLast()), number >= 0, number.isFinite else { return nil }
    return number * (unit ?? 1)
  }

  /// Returns the seconds of two or three numbers that were separated by colons: of an age minutes and seconds, of a time of day
  /// hours and minutes; of three numbers hours, minutes and seconds.
  private static func clock(_ parts: [Substring], isAge: Bool) -> Double? {
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, (2...3).contains(numbers.count),
      numbers.allSatisfy({ $0 >= 0 && $0.isFinite }), numbers.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    if isAge { return numbers.reduce(0) { $0 * 60 + $1 } }
    guard numbers[0] < 24 else { return nil }
    return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
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
