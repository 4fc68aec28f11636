internal import Glibc

/// A stretch of text as bytes, with the few questions a line parser asks. A view: valid as long as its bytes are.
///
/// The reader's inner loop, hence without bounds checks in release builds. What makes that sound: `startIndex...endIndex`
/// lies within the buffer that the text was made from, `subscript(Range)` (checked) only narrows it, and every other
/// index comes from a search in it.
package struct ByteText: RandomAccessCollection {
  private let base: UnsafePointer<UInt8>
  package let startIndex: Int
  package let endIndex: Int

  /// All of a buffer, which must outlive the text.
  package init(_ bytes: UnsafeRawBufferPointer) {
    // An empty buffer may have no address; nothing is ever read through one.
    base = bytes.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) } ?? UnsafePointer(bitPattern: 1)!
    startIndex = 0
    endIndex = bytes.count
  }

  private init(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) {
    self.base = base
    startIndex = range.lowerBound
    endIndex = range.upperBound
  }

  @inline(__always)
  package subscript(index: Int) -> UInt8 {
    assert(index >= startIndex && index < endIndex)
    return base[index]
  }

  @inline(__always)
  package subscript(range: Range<Int>) -> ByteText {
    precondition(range.lowerBound >= startIndex && range.upperBound <= endIndex)
    return ByteText(base, range)
  }

  /// The bytes, for the C library.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + startIndex, count: count) }

  // MARK: Searches

  /// Where a byte first stands.
  @inline(__always)
  package func firstIndex(of byte: UInt8) -> Int? {
    guard let found = memchr(base + startIndex, Int32(byte), endIndex - startIndex) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Where a byte last stands. Lines are short there: a plain loop.
  func lastIndex(of byte: UInt8) -> Int? {
    var index = endIndex
    while index > startIndex {
      index -= 1
      if base[index] == byte { return index }
    }
    return nil
  }

  /// Whether the text begins with these ASCII characters.
  @inline(__always)
  func hasPrefix(_ prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return count >= length && memcmp(base + startIndex, prefix.utf8Start, length) == 0
  }

  /// Whether the text ends with these ASCII characters.
  @inline(__always)
  func hasSuffix(_ suffix: StaticString) -> Bool {
    let length = suffix.utf8CodeUnitCount
    return count >= length && memcmp(base + endIndex - length, suffix.utf8Start, length) == 0
  }

  /// Where these ASCII characters first stand.
  func firstRange(of needle: StaticString) -> Range<Int>? {
    let length = needle.utf8CodeUnitCount
    var rest = self
    while let index = rest.firstIndex(of: needle.utf8Start[0]) {
      if self[index...].hasPrefix(needle) { return index..<(index + length) }
      rest = self[(index + 1)...]
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
  package var words: [ByteText] { split(whereSeparator: \.isSpace) }

  /// The last of them.
  var lastWord: ByteText? {
    let text = trimmed
    var start = text.endIndex
    while start > text.startIndex, !text[start - 1].isSpace { start -= 1 }
    return text.isEmpty ? nil : text[start...]
  }

  /// What stands before the first white space.
  @inline(__always)
  var firstWord: ByteText {
    var end = startIndex
    while end < endIndex, !base[end].isSpace { end += 1 }
    return self[startIndex..<end]
  }

  // MARK: Numbers

  /// The number that the whole text spells in decimal; nil if it doesn't, or is above UInt64.
  var decimal: UInt64? {
    guard !isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let digit = UInt64(byte &- UInt8(ascii: "0"))
      // Nineteen digits always fit.
      if count < 20 {
        value = value &* 10 &+ digit
        continue
      }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The number that the whole text spells in hexadecimal, with or without 0x.
  package var hexadecimal: UInt64? {
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
