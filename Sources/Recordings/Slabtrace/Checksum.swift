/// Checksum of the .slabtrace blocks: CRC-32C (Castagnoli; RFC 3720, appendix B.4).
enum Checksum {
  /// Eight tables of 256 entries. Entry `b` of table `k` is the checksum of byte `b` followed by `k` zero bytes, so that
  /// eight bytes are processed by eight independent look-ups ("slicing by 8"; Kounavis and Berry, 2005).
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
      tables.append(value)
    }
    for entry in 256..<2048 {
      let before = tables[entry - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    return tables
  }()

  /// Returns the CRC-32C of the bytes.
  static func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var crc = ~UInt32(0)
      var offset = 0
      while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for byte in 0..<8 {
          let entry = Int(truncatingIfNeeded: word >> UInt64(byte * 8)) & 0xFF
          crc ^= tables[(7 - byte) << 8 | entry]
        }
        offset += 8
      }
      while offset < bytes.count {
        crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
        offset += 1
      }
      return ~crc
    }
  }
}
