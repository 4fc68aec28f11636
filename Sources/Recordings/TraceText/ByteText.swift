/// A stretch of text as bytes, with the few questions a line parser asks. A view: valid as long as its bytes are.
typealias ByteText = Slice<UnsafeRawBufferPointer>

extension ByteText {
  /// Whether the text begins with these ASCII characters.
  func hasPrefix(_ prefix: StaticString) -> Bool {
    guard count >= prefix.utf8CodeUnitCount else { return false }
    for offset in 0..<prefix.utf8CodeUnitCount where self[startIndex + offset] != prefix.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Whether the text ends with these ASCII characters.
  func hasSuffix(_ suffix: StaticString) -> Bool {
    guard count >= suffix.utf8CodeUnitCount else { return false }
    return self[(endIndex - suffix.utf8CodeUnitCount)...].hasPrefix(suffix)
  }

  /// Where these ASCII characters first stand at or behind `start`.
  func firstRange(of needle: StaticString, from start: Int? = nil) -> Range<Int>? {
    let length = needle.utf8CodeUnitCount
    var index = start ?? startIndex
    while index + length <= endIndex {
      if self[index] == needle.utf8Start[0], self[index...].hasPrefix(needle) { return index..<(index + length) }
      index += 1
    }
    return nil
  }

  /// The text without white space at either end.
  var trimmed: ByteText {
    var (low, high) = (startIndex, endIndex)
    while low < high, self[low].isSpace { low += 1 }
    while high > low, self[high - 1].isSpace { high -= 1 }
    return self[low..<high]
  }

  /// The white-space-separated words, first to last.
  var words: [ByteText] { split(whereSeparator: \.isSpace) }

  /// The number that the whole text spells in decimal; nil if it doesn't, or is above UInt64.
  var decimal: UInt64? {
    guard !isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The number that the whole text spells in hexadecimal, with or without 0x.
  var hexadecimal: UInt64? {
    let digits = hasPrefix("0x") ? self[(startIndex + 2)...] : self
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexadecimalDigit else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }
}

extension UInt8 {
  var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  /// A letter, a digit or an underscore: what may stand in a name.
  var isWord: Bool {
    isDigit || self == UInt8(ascii: "_") || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
  }

  var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
