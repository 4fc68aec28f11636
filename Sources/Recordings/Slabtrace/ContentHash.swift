/// Hash of the bytes of an input, which identifies the input of a result: FNV-1a of 64 bits (Fowler, Noll, Vo). It detects mistakes,
/// not forgery.
package struct ContentHash: Sendable, Hashable, CustomStringConvertible {
  private var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of no bytes.
  package init() {}

  /// The hash of some bytes.
  package init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// Adds bytes to those that were hashed.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { add(byte) }
  }

  @inline(__always)
  private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  /// The algorithm and the hash as 16 hexadecimal digits: `fnv1a64:cbf29ce484222325`.
  package var description: String {
    let digits = String(value, radix: 16)
    return "fnv1a64:" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
