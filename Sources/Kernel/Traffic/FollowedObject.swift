/// Object that the BPF program `slab_traffic` follows (an entry of its map `objects`).
struct FollowedObject: Hashable {
  /// Address of the object.
  var address: UInt64
  /// Time of the allocation in nanoseconds of CLOCK_MONOTONIC.
  var born: UInt64
  /// Number of the context.
  var context: Int
  /// CPU that allocated the object.
  var cpu: Int

  /// Size of a value of the map in bytes (`struct object`).
  static let bytes = 16

  /// Creates an object.
  init(address: UInt64, born: UInt64, context: Int, cpu: Int) {
    (self.address, self.born, self.context, self.cpu) = (address, born, context, cpu)
  }

  /// Decodes a value of the map.
  /// - Precondition: There are ``bytes`` bytes from `offset` on.
  init(address: UInt64, _ bytes: UnsafeRawBufferPointer, at offset: Int) {
    self.init(
      address: address, born: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
      context: Int(bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt16.self)),
      cpu: Int(bytes.loadUnaligned(fromByteOffset: offset + 10, as: UInt16.self)))
  }

  /// Returns whether the program follows an object when it follows one in 2^`shift`. The program computes the same.
  static func isChosen(_ address: UInt64, shift: Int) -> Bool {
    shift == 0 || ((address >> 3) &* 0x9e37_79b9_7f4a_7c15) >> UInt64(64 - shift) == 0
  }
}
