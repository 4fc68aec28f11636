/// Amounts of bytes as text in binary units (IEC 80000-13).
package enum ByteCount {
  private static let units = [" B", " KiB", " MiB", " GiB", " TiB", " PiB"]

  /// Returns an amount of bytes with one digit after the point, without one below 1 KiB: `512 B`, `4.0 KiB`, `12.3 MiB`.
  ///
  /// A unit is used from 1 on (from 999.95 of the smaller unit), so that the text has at most nine characters, or ten with a sign.
  /// The digits are written one by one because a screen has hundreds of figures and format strings are slow.
  package static func text(_ bytes: Int) -> String {
    var (value, unit) = (Double(bytes.magnitude), 0)
    while value >= 999.95, unit + 1 < units.count {
      value /= 1024
      unit += 1
    }
    let sign = bytes < 0 ? "-" : ""
    guard unit > 0 else { return "\(sign)\(Int(value))\(units[0])" }
    let tenths = Int((value * 10).rounded(.toNearestOrEven))
    return "\(sign)\(tenths / 10).\(tenths % 10)\(units[unit])"
  }

  /// Returns a change of an amount of bytes: as ``text(_:)``, with `+` before an increase.
  package static func change(_ bytes: Int) -> String { (bytes > 0 ? "+" : "") + text(bytes) }

  /// Parses a number of bytes: `64M`, `1.5G`, `65536`. K, M, G and T are powers of 1024, with or without `B` or `iB`.
  /// Returns nil for any other text, and for 1e15 bytes or more.
  package static func parse(_ text: String) -> Int? {
    let factors: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    var digits = text.uppercased()
    for suffix in ["IB", "B"] where digits.hasSuffix(suffix) { digits.removeLast(suffix.count) }
    var factor = 1.0
    if let last = digits.last, let unit = factors[last] {
      factor = unit
      digits.removeLast()
    }
    guard let number = Double(digits), number >= 0, number * factor < 1e15 else { return nil }
    return Int(number * factor)
  }
}
