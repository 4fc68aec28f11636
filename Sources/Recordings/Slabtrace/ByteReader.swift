/// Reader of the primitive values of the .slabtrace format. Each read is bounds-checked and returns nil if the bytes end or
/// do not contain a valid value.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  /// Creates a reader of bytes, which must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }
  var remaining: Int { bytes.count - offset }

  @inline(__always)
  mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Reads a LEB128 number.
  @inline(__always)
  mutating func varint() -> UInt64? {
    guard let first = byte() else { return nil }
    guard first >= 0x80 else { return UInt64(first) }
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while let next = byte() {
      guard shift < 63 || next <= 1 else { return nil }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
      if shift > 63 { return nil }
    }
    return nil
  }

  /// Reads a LEB128 number that is representable in `type` and less than `limit`.
  @inline(__always)
  mutating func varint<Value: FixedWidthInteger>(as type: Value.Type, below limit: Int = .max) -> Value? {
    guard let value = varint(), value < UInt64(limit) else { return nil }
    return Value(exactly: value)
  }

  /// Reads a length and as many bytes of UTF-8.
  mutating func string() -> String? {
    guard let count = varint(as: Int.self), count <= remaining else { return nil }
    defer { offset += count }
    return String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
  }

  /// Reads a number of four bytes, least significant first.
  mutating func fixed32() -> UInt32? {
    guard remaining >= 4 else { return nil }
    defer { offset += 4 }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Returns a view of the next `count` bytes and advances past them.
  mutating func slice(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= remaining else { return nil }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }
}
