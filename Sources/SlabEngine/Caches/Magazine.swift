/// A magazine: a stack of objects that a CPU allocates from and frees to without a lock. This is its header; the slots
/// follow it in memory.
///
/// While a CPU has it loaded, the number of objects is in the CPU's counters; while a depot holds it, in `rounds`.
struct Magazine {
  var next: UnsafeMutablePointer<Magazine>?
  var rounds: Int
  /// Slots that it has.
  var limit: Int
  /// In remote frees: the CPU that the objects go home to.
  var home: Int

  typealias Slots = UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// A new, empty magazine.
  static func make(limit: Int) -> UnsafeMutablePointer<Magazine> {
    let bytes = MemoryLayout<Magazine>.stride + limit * MemoryLayout<UnsafeMutableRawPointer>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return raw.initializeMemory(as: Magazine.self, to: Magazine(next: nil, rounds: 0, limit: limit, home: 0))
  }

  /// The slots behind a magazine's header.
  static func slots(of magazine: UnsafeMutablePointer<Magazine>) -> Slots {
    // In bounds: `make` allocated `limit` slots right behind the header, whose stride keeps them aligned.
    UnsafeMutableRawPointer(magazine + 1).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  /// The magazine whose slots these are.
  static func owning(_ slots: Slots) -> UnsafeMutablePointer<Magazine> {
    UnsafeMutableRawPointer(slots).assumingMemoryBound(to: Magazine.self) - 1
  }

  /// Slots for objects of this stride: 64 for the smallest, fewer as objects grow, so that one magazine never holds
  /// more than 16 KiB, and at least 2.
  static func capacity(forStride stride: Int) -> Int { max(2, min(64, 16384 / stride)) }
}
