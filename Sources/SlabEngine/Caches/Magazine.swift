/// A magazine: a stack of free objects from which a CPU allocates, and to which it frees, without a lock. This
/// structure is its header; its slots follow it in memory.
///
/// While a CPU has loaded the magazine, the number of objects is in `CPUCacheCounters`; while the magazine is in a
/// depot or a queue of remote frees, the number is in `rounds`.
@usableFromInline
struct Magazine {
  var next: UnsafeMutablePointer<Magazine>?
  var rounds: Int
  /// Number of slots.
  var limit: Int
  /// For a batch of remote frees: the CPU to which the objects are returned.
  var targetCPU: Int

  @usableFromInline typealias Slots = UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// Allocates an empty magazine with `limit` slots.
  static func make(limit: Int) -> UnsafeMutablePointer<Magazine> {
    let bytes = MemoryLayout<Magazine>.stride + limit * MemoryLayout<UnsafeMutableRawPointer>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    return raw.initializeMemory(as: Magazine.self, to: Magazine(next: nil, rounds: 0, limit: limit, targetCPU: 0))
  }

  /// Returns the slots of a magazine.
  static func slots(of magazine: UnsafeMutablePointer<Magazine>) -> Slots {
    // The slots are in bounds: `make` allocated `limit` slots directly behind the header, whose stride keeps them
    // aligned.
    UnsafeMutableRawPointer(magazine + 1).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  /// Returns the magazine to which the slots belong.
  static func header(of slots: Slots) -> UnsafeMutablePointer<Magazine> {
    UnsafeMutableRawPointer(slots).assumingMemoryBound(to: Magazine.self) - 1
  }

  /// Returns the usual capacity of magazines for objects of this stride in bytes: 64 rounds, fewer for larger objects
  /// so that a magazine contains at most 16 KiB, and at least 2.
  static func capacity(forStride stride: Int) -> Int { max(2, min(64, 16384 / stride)) }
}
