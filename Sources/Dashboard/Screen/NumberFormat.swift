import Foundation

/// Formats numbers in few columns: three digits and a unit.
enum NumberFormat {
  /// Formats a count in powers of 1000: 0, 999, 1.2k, 34.5M.
  static func count(_ value: Int) -> String { scaled(Double(value), by: 1000, units: ["", "k", "M", "G", "T"]) }

  /// Formats a count, `-` if it is not known.
  static func count(_ value: Int?) -> String { value.map { count($0) } ?? "-" }

  /// Formats bytes in powers of 1024 for a table: 0, 512, 4.0K, 34.5M.
  static func bytes(_ value: Int) -> String { scaled(Double(value), by: 1024, units: ["", "K", "M", "G", "T"]) }

  /// Formats bytes with a unit for a sentence: 0 B, 4.0 KiB, 34.5 MiB.
  static func unitBytes(_ value: Int) -> String {
    scaled(Double(value), by: 1024, units: [" B", " KiB", " MiB", " GiB", " TiB"])
  }

  /// Formats a rate per second as a count, `-` if it is not known.
  static func rate(_ value: Double?) -> String {
    value.map { scaled($0.rounded(), by: 1000, units: ["", "k", "M", "G", "T"]) } ?? "-"
  }

  /// Formats a share in percent, `-` if the whole is 0.
  static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : "\(Int((Double(part) * 100 / Double(whole)).rounded(.toNearestOrEven)))%"
  }

  /// Formats microseconds as 820 us, 8.2 ms, 12.3s and so on.
  static func duration(microseconds: Int) -> String {
    if microseconds < 1000 { return "\(microseconds) us" }
    guard microseconds < 1_000_000 else { return time(microseconds: microseconds) }
    return String(format: microseconds < 100_000 ? "%.1f ms" : "%.0f ms", Double(microseconds) / 1000)
  }

  /// Formats microseconds as 12.3s, 4m05s, 2h13m.
  static func time(microseconds: Int) -> String {
    let seconds = Double(microseconds) / 1e6
    if seconds < 100 { return String(format: "%.1fs", seconds) }
    let whole = Int(seconds)
    return whole < 6000
      ? String(format: "%dm%02ds", whole / 60, whole % 60) : String(format: "%dh%02dm", whole / 3600, whole / 60 % 60)
  }

  /// Scales a value and appends its unit. Digits are written one by one because a screen has hundreds of figures and format strings
  /// are slow.
  private static func scaled(_ value: Double, by factor: Double, units: [String]) -> String {
    var (value, unit) = (value, 0)
    while abs(value) >= 999.5, unit + 1 < units.count {
      value /= factor
      unit += 1
    }
    guard unit > 0 else { return String(Int(value)) + units[0] }
    guard abs(value) < 99.95 else { return String(Int(value.rounded())) + units[unit] }
    let tenths = Int((abs(value) * 10).rounded(.toNearestOrEven))
    return "\(value < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)\(units[unit])"
  }
}
