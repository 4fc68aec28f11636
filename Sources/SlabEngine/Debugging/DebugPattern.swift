internal import Glibc

/// Byte patterns of the debug flags. They are those of Linux (include/linux/poison.h), so that memory dumps look alike.
enum DebugPattern {
  /// Red zones of a live object, and of a free object.
  static let liveRedZone: UInt8 = 0xcc
  static let freeRedZone: UInt8 = 0xbb
  /// Poison of a free object: all bytes but the last, and the last byte.
  static let free: UInt8 = 0x6b
  static let end: UInt8 = 0xa5

  static func poison(_ object: UnsafeMutableRawPointer, bytes: Int) {
    memset(object, Int32(free), bytes)
    object.storeBytes(of: end, toByteOffset: bytes - 1, as: UInt8.self)
  }

  static func isPoisoned(_ object: UnsafeMutableRawPointer, bytes: Int) -> Bool {
    isFilled(object, bytes: bytes - 1, with: free) && object.load(fromByteOffset: bytes - 1, as: UInt8.self) == end
  }

  static func setRedZones(_ object: UnsafeMutableRawPointer, bytes: Int, _ geometry: SlabGeometry, to value: UInt8) {
    memset(object - geometry.leftRedZone, Int32(value), geometry.leftRedZone)
    memset(object + bytes, Int32(value), geometry.rightRedZone)
  }

  static func hasRedZones(
    _ object: UnsafeMutableRawPointer, bytes: Int, _ geometry: SlabGeometry, of value: UInt8
  ) -> Bool {
    isFilled(object - geometry.leftRedZone, bytes: geometry.leftRedZone, with: value)
      && isFilled(object + bytes, bytes: geometry.rightRedZone, with: value)
  }

  private static func isFilled(_ start: UnsafeMutableRawPointer, bytes: Int, with value: UInt8) -> Bool {
    UnsafeRawBufferPointer(start: start, count: bytes).allSatisfy { $0 == value }
  }
}
