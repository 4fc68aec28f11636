@_spi(Replay) import SlabEngine

/// Eight bytes, different for each object, that a player writes to the beginning and the end of an object when it is allocated, and
/// checks when it is freed. A mismatch shows that other code wrote to the object.
struct Stamp: Equatable {
  let value: UInt64

  /// Computes the stamp of an object from the player's seed, the object's slot, and the number of the event that allocated it.
  @inline(__always)
  init(seed: UInt64, slot: Int, event: Int) {
    let key = UInt64(truncatingIfNeeded: slot) << 32 | UInt64(UInt32(truncatingIfNeeded: event))
    value = Stamp.mix(seed &+ key)
  }

  /// Returns the slot that the stamp was computed from; any number if the value is no stamp.
  func slot(seed: UInt64) -> Int { Int(Stamp.unmix(value) &- seed) >> 32 }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014), which is invertible.
  @inline(__always)
  private static func mix(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The inverse of `mix`. The factors are inverses of those of `mix` modulo 2^64.
  private static func unmix(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ mixed >> 31 ^ mixed >> 62) &* 0x3196_42B2_D24D_8EC3
    mixed = (mixed ^ mixed >> 27 ^ mixed >> 54) &* 0x96DE_1B17_3F11_9089
    return mixed ^ mixed >> 30 ^ mixed >> 60
  }

  init(value: UInt64) { self.value = value }

  /// Writes the stamp to both ends of an object; if the object has less than eight bytes, only the first bytes of the stamp.
  @inline(__always)
  func write(to object: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes >= 8 else { return writePart(to: object, bytes: bytes) }
    object.storeBytes(of: value, toByteOffset: bytes &- 8, as: UInt64.self)
    object.storeBytes(of: value, as: UInt64.self)
  }

  /// Returns the value found in place of the stamp; nil if the stamp is intact.
  @inline(__always)
  func mismatch(in object: UnsafeMutableRawPointer, bytes: Int) -> Stamp? {
    guard bytes >= 8 else { return partialMismatch(in: object, bytes: bytes) }
    let first = object.loadUnaligned(as: UInt64.self)
    let last = object.loadUnaligned(fromByteOffset: bytes &- 8, as: UInt64.self)
    // In objects of less than 16 bytes the first stamp overlaps the second: only the rest of the second is compared.
    let kept = bytes >= 16 ? UInt64.max : (bytes == 8 ? 0 : UInt64.max << UInt64((16 &- bytes) &* 8))
    if first != value { return Stamp(value: first) }
    return last & kept == value & kept ? nil : Stamp(value: last)
  }

  /// Starts to load the memory of both stamps of an object into the processor's caches.
  @inline(__always)
  static func prefetch(_ object: UnsafeMutableRawPointer, bytes: Int) {
    prefetchForWriting(object)
    prefetchForWriting(object + max(0, bytes &- 8))
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
