import ArgumentParser

/// Argument that is a range of numbers: `1.5:2`, `1.5:`, `:2`.
struct NumberRange: ExpressibleByArgument {
  let from: Double
  let to: Double

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    guard let from = parts[0].isEmpty ? 0 : Double(parts[0]), let to = parts[1].isEmpty ? .infinity : Double(parts[1]),
      from >= 0, to > from
    else { return nil }
    (self.from, self.to) = (from, to)
  }

  /// Converts a number to ticks; numbers that are too large become `UInt64.max`.
  static func ticks(_ value: Double) -> UInt64 { value >= 0x1p63 ? .max : UInt64(max(0, value)) }
}

/// Argument that is a list of numbers: `0,2-5`.
struct NumberList: ExpressibleByArgument {
  let numbers: [Int]

  init(numbers: [Int]) { self.numbers = numbers }

  var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }

  init?(argument: String) {
    var numbers: [Int] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, (0...65535).contains(first),
        (first...65535).contains(last)
      else { return nil }
      numbers += first...last
    }
    self.numbers = numbers
  }
}

/// Argument that is a list of byte sizes: `8M,64M`.
struct ByteSizeList: ExpressibleByArgument {
  let sizes: [ByteSize]

  init(sizes: [ByteSize]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { ByteSize(argument: String($0)) }
    guard !sizes.contains(where: { $0 == nil }) else { return nil }
    self.sizes = sizes.compactMap { $0 }
  }

  var defaultValueDescription: String { sizes.map(\.defaultValueDescription).joined(separator: ",") }
}

/// Option that is a regular expression.
enum Pattern {
  /// Returns a function that tells whether any part of a name matches; nil if `text` is nil.
  /// - Throws: a usage failure that names the option.
  static func matcher(_ text: String?, option: String) throws -> (@Sendable (String) -> Bool)? {
    guard let text else { return nil }
    guard let parsed = try? Regex(text) else {
      throw Failure.usage(
        "\(option): expected a regular expression such as 'skbuff|kmalloc-(512|1024)', found '\(text)'")
    }
    // The expression is a value that is never changed.
    nonisolated(unsafe) let expression = parsed.matchingSemantics(.unicodeScalar)
    return { name in name.contains(expression) }
  }
}
