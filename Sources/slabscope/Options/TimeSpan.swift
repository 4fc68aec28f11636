import ArgumentParser

/// Argument that is a time span: `90s`, `30m`, `24h`, `7d`; a number without unit is in seconds.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number > 0, number < 1e9 else {
      return nil
    }
    seconds = number * (unit ?? 1)
  }
}
