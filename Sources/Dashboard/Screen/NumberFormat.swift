import TextOutput

/// Formats numbers in few columns. The rules are the same in tables, legends, charts and sentences:
///
/// - Bytes have one digit after the point and an IEC unit: 512 B, 12.3 MiB. k and M never mean bytes.
/// - Counts have three digits in powers of 1000: 999, 1.2k, 34.5M.
/// - A rate is a count per second; its label or heading ends in `/s`.
/// - A figure that is not known is `-`.
enum NumberFormat {
  /// Formats a count in powers of 1000: 0, 999, 1.2k, 34.5M.
  static func count(_ value: Int) -> String { scaled(Double(value)) }

  /// Formats a count, `-` if it is not known.
  static func count(_ value: Int?) -> String { value.map { count($0) } ?? "-" }

  /// Formats bytes: 0 B, 4.0 KiB, 34.5 MiB.
  static func bytes(_ value: Int) -> String { ByteCount.text(value) }

  /// Formats bytes, `-` if they are not known.
  static func bytes(_ value: Int?) -> String { value.map { bytes($0) } ?? "-" }

  /// Formats a change with its sign, `format` formats its magnitude: +4.0 KiB, -12, 0.
  static func signed(_ value: Int, _ format: (Int) -> String) -> String { (value > 0 ? "+" : "") + format(value) }

  /// Formats a range of counts that is not known exactly: 40-60; one count if both ends are written alike.
  static func range(_ range: ClosedRange<Int>) -> String {
    let (least, most) = (count(range.lowerBound), count(range.upperBound))
    return least == most ? least : "\(least)-\(most)"
  }

  /// Largest width of formatted bytes in cells, without a sign.
  static let bytesWidth = 9

  /// Formats a rate per second as a count, `-` if it is not known.
  static func rate(_ value: Double?) -> String {
    value.map { scaled($0.rounded()) } ?? "-"
  }

  /// Formats a share in percent, `-` if the whole is 0.
  static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : "\(Int((Double(part) * 100 / Double(whole)).rounded(.toNearestOrEven)))%"
  }

  /// Formats microseconds as 820 us, 8.2 ms, 12.3s and so on.
  static func duration(microseconds: Int) -> String {
    if microseconds < 1000 { return "\(microseconds) us" }
    guard microseconds < 1_000_000 else { return time(microseconds: microseconds) }
    return String(printf: microseconds < 100_000 ? "%.1f ms" : "%.0f ms", Double(microseconds) / 1000)
  }

  /// Formats microseconds as 12.3s, 4m05s, 2h13m.
  static func time(microseconds: Int) -> String {
    let seconds = Double(microseconds) / 1e6
    if seconds < 100 { return String(printf: "%.1fs", seconds) }
    let whole = Int(seconds)
    return whole < 6000
      ? String(printf: "%dm%02ds", whole / 60, whole % 60) : String(printf: "%dh%02dm", whole / 3600, whole / 60 % 60)
  }

  private static let units = ["", "k", "M", "G", "T"]

  /// Scales a count and appends its unit. Digits are written one by one because a screen has hundreds of figures and format strings
  /// are slow.
  private static func scaled(_ value: Double) -> String {
    var (value, unit) = (value, 0)
    while abs(value) >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    guard unit > 0 else { return String(Int(value)) + units[0] }
    guard abs(value) < 99.95 else { return String(Int(value.rounded())) + units[unit] }
    let tenths = Int((abs(value) * 10).rounded(.toNearestOrEven))
    return "\(value < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)\(units[unit])"
  }
}
