internal import Glibc

/// View of the bytes of a text, with the operations of a line parser. It is valid as long as the underlying buffer.
///
/// It is used in the inner loop of the importer, so that element access is not bounds-checked in release builds. This
/// is sound because `startIndex..<endIndex` is within the underlying buffer, `subscript(Range)`, which is checked, only
/// narrows it, and all other indices are results of searches in the view.
package struct ByteText: RandomAccessCollection {
  private let base: UnsafePointer<UInt8>
  package let startIndex: Int
  package let endIndex: Int

  /// Creates a view of a whole buffer, which must outlive the view.
  package init(_ bytes: UnsafeRawBufferPointer) {
    // The base address of an empty buffer may be nil. The placeholder address is never dereferenced.
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

  /// Bytes of the view, for C functions.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + startIndex, count: count) }

  // MARK: Searches

  /// Returns the first index of a byte; nil if there is none.
  @inline(__always)
  package func firstIndex(of byte: UInt8) -> Int? {
    guard let found = memchr(base + startIndex, Int32(byte), endIndex - startIndex) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Returns the last index of a byte; nil if there is none. A plain loop is fast enough for the short texts it is used
  /// for.
  func lastIndex(of byte: UInt8) -> Int? {
    var index = endIndex
    while index > startIndex {
      index -= 1
      if base[index] == byte { return index }
    }
    return nil
  }

  /// Returns whether the text begins with `prefix`, which must be ASCII.
  @inline(__always)
  func hasPrefix(_ prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return count >= length && memcmp(base + startIndex, prefix.utf8Start, length) == 0
  }

  /// Returns whether the text ends with `suffix`, which must be ASCII.
  @inline(__always)
  func hasSuffix(_ suffix: StaticString) -> Bool {
    let length = suffix.utf8CodeUnitCount
    return count >= length && memcmp(base + endIndex - length, suffix.utf8Start, length) == 0
  }

  /// Returns the first occurrence of `needle`, which must be ASCII; nil if there is none.
  func firstRange(of needle: StaticString) -> Range<Int>? {
    let length = needle.utf8CodeUnitCount
    var rest = self
    while let index = rest.firstIndex(of: needle.utf8Start[0]) {
      if self[index...].hasPrefix(needle) { return index..<(index + length) }
      rest = self[(index + 1)...]
    }
    return nil
  }

  /// Text without leading and trailing white space.
  var trimmed: ByteText {
    var (low, high) = (startIndex, endIndex)
    while low < high, self[low].isSpace { low += 1 }
    while high > low, self[high - 1].isSpace { high -= 1 }
    return self[low..<high]
  }

  /// Words of the text, separated by white space.
  package var words: [ByteText] { split(whereSeparator: \.isSpace) }

  /// Last word of the text; nil if the text is blank.
  var lastWord: ByteText? {
    let text = trimmed
    var start = text.endIndex
    while start > text.startIndex, !text[start - 1].isSpace { start -= 1 }
    return text.isEmpty ? nil : text[start...]
  }

  /// Text before the first white space; empty if the text begins with white space.
  @inline(__always)
  var firstWord: ByteText {
    var end = startIndex
    while end < endIndex, !base[end].isSpace { end += 1 }
    return self[startIndex..<end]
  }

  // MARK: Numbers

  /// Value of the text as a decimal number; nil if the text is not a decimal number or exceeds UInt64.
  var decimal: UInt64? {
    guard !isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let digit = UInt64(byte &- UInt8(ascii: "0"))
      // A number of at most 19 digits cannot overflow.
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

  /// Value of the text as a hexadecimal number of at most 16 digits, with or without the prefix `0x`; nil if it is not
  /// one.
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
  /// Whether the byte is an ASCII letter, a digit or an underscore.
  var isWord: Bool {
    isDigit || self == UInt8(ascii: "_") || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
  }

  /// Value of the byte as a hexadecimal digit; nil if it is not one.
  var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
