internal import Foundation

/// Columns, shares and bars of plain text.
enum TextTable {
  static func pad(_ text: String, _ width: Int) -> String {
    text.count >= width
      ? String(text.prefix(width - 1)) + " " : text + String(repeating: " ", count: width - text.count)
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  static func right(_ value: Int, _ width: Int) -> String { right(String(value), width) }

  static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "-" : String(format: "%.1f %%", Double(part) * 100 / Double(whole))
  }

  /// A count and what share that is.
  static func share(_ part: Int, of whole: Int) -> String { "\(part)  (\(percent(part, of: whole)))" }

  /// The largest, names in order where they are equal; none that weigh nothing.
  static func top<Value>(_ table: [String: Value], _ count: Int, by weight: (Value) -> Int) -> [(String, Value)] {
    let sorted = table.sorted { (weight($0.value), $1.key) > (weight($1.value), $0.key) }
    return sorted.prefix(count).filter { weight($0.value) > 0 }.map { ($0.key, $0.value) }
  }

  /// A bar for each bucket, in order.
  static func bars(_ title: String, _ buckets: [Int: Int], label: (Int) -> String) -> [String] {
    guard let most = buckets.values.max() else { return [] }
    let whole = buckets.values.reduce(0, +)
    return [title]
      + buckets.sorted { $0.key < $1.key }.map { bucket, count in
        let bar = String(repeating: "#", count: max(1, count * 34 / max(most, 1)))
        return "  " + pad(label(bucket), 20) + right(count, 10) + right(percent(count, of: whole), 9) + "  " + bar
      }
  }
}
