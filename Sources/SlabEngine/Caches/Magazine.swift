/// A magazine: a stack of objects that a CPU allocates from and frees to without a lock. This is its header; the slots
/// follow it in memory.
///
/// While a CPU has it loaded, the number of objects is in the CPU's counters; while a depot holds it, in `rounds`.
struct Magazine {
  var next: UnsafeMutablePointer<Magazine>?
  var rounds: Int

  typealias Slots = UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// A new, empty magazine.
  static func make(capacity: Int) -> UnsafeMutablePointer<Magazine> {
    let bytes = MemoryLayout<Magazine>.stride + capacity * MemoryLayout<UnsafeMutableRawPointer>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return raw.initializeMemory(as: Magazine.self, to: Magazine(next: nil, rounds: 0))
  }

  /// The slots behind a magazine's header.
  static func slots(of magazine: UnsafeMutablePointer<Magazine>) -> Slots {
    // In bounds: `make` allocated `capacity` slots right behind the header, whose stride keeps them aligned.
    UnsafeMutableRawPointer(magazine + 1).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  /// The magazine whose slots these are.
  static func owning(_ slots: Slots) -> UnsafeMutablePointer<Magazine> {
    UnsafeMutableRawPointer(slots).assumingMemoryBound(to: Magazine.self) - 1
  }

  /// Slots for objects of this stride: 64 for the smallest, fewer as objects grow, so that one magazine never holds
  /// more than 16 KiB, and at least 4.
  static func capacity(forStride stride: Int) -> Int { max(4, min(64, 16384 / stride)) }
}
