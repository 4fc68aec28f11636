/// Writer of the primitive values of the .slabtrace format.
struct ByteWriter {
  var bytes: [UInt8] = []

  /// Appends a number in LEB128: seven bits in each byte, least significant first, the top bit set in all but the last.
  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  mutating func varint(_ value: Int) { varint(UInt64(value)) }

  /// Appends the length and the UTF-8 bytes of a string.
  mutating func string(_ value: String) {
    varint(value.utf8.count)
    bytes += value.utf8
  }

  /// Appends a number as four bytes, least significant first.
  mutating func fixed32(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
  }
}
