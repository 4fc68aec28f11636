/// The owner's stamp: eight bytes, different for each object ever played, written at an object's first and last bytes
/// when it is allocated and checked when it is freed. Whoever else writes there is found.
struct Stamp: Equatable {
  let value: UInt64

  /// The stamp of an object, by the player's seed and the number of the event that allocated it (SplitMix64's mix; Steele,
  /// Lea and Flood, 2014).
  @inline(__always)
  init(seed: UInt64, event: Int) {
    var mixed = seed &+ UInt64(truncatingIfNeeded: event) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    value = mixed ^ mixed >> 31
  }

  init(value: UInt64) { self.value = value }

  /// Writes the stamp at both ends of an object; where less than eight bytes fit, as many of it as do.
  @inline(__always)
  func write(to object: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes >= 8 else { return writePart(to: object, bytes: bytes) }
    object.storeBytes(of: value, as: UInt64.self)
    object.storeBytes(of: value, toByteOffset: bytes &- 8, as: UInt64.self)
  }

  /// What stands where the stamp was written, when that is not the stamp: nil for an object that is whole.
  @inline(__always)
  func mismatch(in object: UnsafeMutableRawPointer, bytes: Int) -> Stamp? {
    guard bytes >= 8 else { return partialMismatch(in: object, bytes: bytes) }
    let first = object.loadUnaligned(as: UInt64.self)
    let last = object.loadUnaligned(fromByteOffset: bytes &- 8, as: UInt64.self)
    // In objects under 16 bytes the second stamp covers part of the first: what is left of it must still stand.
    let kept = bytes >= 16 ? UInt64.max : UInt64(1) << UInt64((bytes &- 8) &* 8) &- 1
    if last != value { return Stamp(value: last) }
    return first & kept == value & kept ? nil : Stamp(value: first)
  }

  @inline(never)
  private func writePart(to object: UnsafeMutableRawPointer, bytes: Int) {
    withUnsafeBytes(of: value) { object.copyMemory(from: $0.baseAddress!, byteCount: bytes) }
  }

  @inline(never)
  private func partialMismatch(in object: UnsafeMutableRawPointer, bytes: Int) -> Stamp? {
    var found: UInt64 = 0
    withUnsafeMutableBytes(of: &found) { $0.copyMemory(from: UnsafeRawBufferPointer(start: object, count: bytes)) }
    let mask = UInt64(1) << UInt64(bytes * 8) - 1
    return found & mask == value & mask ? nil : Stamp(value: found)
  }
}
