import TextOutput

/// Time spans as text.
enum TimeSpanText {
  /// Returns seconds with a unit: `40 s`, `5 min`, `24 h`, `7 d`.
  static func text(_ seconds: Double) -> String {
    let units = [(86_400.0, "d"), (3600, "h"), (60, "min")]
    for (length, unit) in units where seconds >= 2 * length {
      return String(printf: "%.3g ", seconds / length) + unit
    }
    return String(printf: "%.3g s", seconds)
  }
}
