import Recordings

/// Hash table from the call site, the cache, the sizes and the tracepoint of an allocation to the number of its context. It uses
/// open addressing with linear probing (Knuth, volume 3, algorithm 6.4 L), because each allocation looks its context up.
struct ContextTable {
  /// Fields of an allocation that distinguish contexts.
  struct Key: Hashable, BitwiseCopyable {
    var site: UInt32
    var cache: UInt32
    var requestedBytes: UInt32
    var allocatedBytes: UInt32
    /// Bytes in use; 0 if unknown.
    var usedBytes: UInt32
    var isGeneral: Bool

    init(_ event: AllocationEvent, used: UInt32) {
      (site, cache) = (event.site, event.cache)
      (requestedBytes, allocatedBytes) = (event.requestedBytes, event.allocatedBytes)
      usedBytes = used
      isGeneral = event.kind == .kmalloc
    }

    init(_ shape: Slabtrace.Shape, used: UInt32) {
      (site, cache) = (shape.site, shape.cache)
      (requestedBytes, allocatedBytes) = (shape.requestedBytes, shape.allocatedBytes)
      usedBytes = used
      isGeneral = shape.kind == .kmalloc
    }

    @inline(__always)
    fileprivate func isEqual(to key: Key) -> Bool {
      site == key.site && requestedBytes == key.requestedBytes && cache == key.cache
        && allocatedBytes == key.allocatedBytes && usedBytes == key.usedBytes && isGeneral == key.isGeneral
    }

    /// Multiplicative hash of all fields (Fibonacci hashing; Knuth, volume 3, 6.4).
    @inline(__always)
    fileprivate var mixed: UInt64 {
      let names = UInt64(site) << 32 | UInt64(cache)
      let sizes = UInt64(requestedBytes) << 32 | UInt64(allocatedBytes)
      let mixed = (names &* 0x9E37_79B9_7F4A_7C15 ^ sizes) &* 0xC6A4_A793_5BD1_E995
      return (mixed ^ mixed >> 29) &+ UInt64(usedBytes) &* 0x9E37_79B9_7F4A_7C15 ^ (isGeneral ? 1 : 0)
    }
  }

  /// Keys in the order of their first occurrence: the number of a context is its index.
  private(set) var keys: [Key] = []
  /// Numbers of contexts plus 1; 0 in an empty entry.
  private var entries = [Int32](repeating: 0, count: 1024)

  /// Returns the number of the context of a key, and whether it is new.
  @inline(__always)
  mutating func number(of key: Key) -> (number: Int, isNew: Bool) {
    let mask = entries.count - 1
    var index = Int(truncatingIfNeeded: key.mixed) & mask
    while entries[index] != 0 {
      let number = Int(entries[index]) - 1
      if keys[number].isEqual(to: key) { return (number, false) }
      index = (index + 1) & mask
    }
    return (insert(key, at: index), true)
  }

  @inline(never)
  private mutating func insert(_ key: Key, at index: Int) -> Int {
    keys.append(key)
    entries[index] = Int32(keys.count)
    if keys.count * 2 > entries.count { grow() }
    return keys.count - 1
  }

  private mutating func grow() {
    entries = [Int32](repeating: 0, count: entries.count * 2)
    let mask = entries.count - 1
    for (number, key) in keys.enumerated() {
      var index = Int(truncatingIfNeeded: key.mixed) & mask
      while entries[index] != 0 { index = (index + 1) & mask }
      entries[index] = Int32(number + 1)
    }
  }
}
