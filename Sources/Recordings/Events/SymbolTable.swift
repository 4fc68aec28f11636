/// Strings by number, and numbers by string: call sites and cache names, each stored once.
///
/// Looks up raw bytes without making a String, by open addressing, since an importer asks twice a line.
struct SymbolTable: Sendable {
  private(set) var symbols: [String] = []
  private var stored: [UInt8] = []
  private var ends: [Int] = []
  /// Symbol number + 1, or 0; a power of two of them, at most half in use.
  private var buckets = [UInt32](repeating: 0, count: 1024)

  /// The number of the symbol with these UTF-8 bytes, new if need be.
  mutating func intern(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    let mask = buckets.count - 1
    var bucket = SymbolTable.hash(bytes) & mask
    while buckets[bucket] != 0 {
      if holds(bytes, at: Int(buckets[bucket]) - 1) { return buckets[bucket] - 1 }
      bucket = (bucket + 1) & mask
    }
    symbols.append(String(decoding: bytes, as: UTF8.self))
    stored += bytes
    ends.append(stored.count)
    buckets[bucket] = UInt32(symbols.count)
    if symbols.count * 2 > buckets.count { grow() }
    return UInt32(symbols.count - 1)
  }

  /// The number of a string, new if need be.
  mutating func intern(_ string: String) -> UInt32 {
    var string = string
    return string.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return intern(raw[...])
    }
  }

  private func holds(_ bytes: Slice<UnsafeRawBufferPointer>, at symbol: Int) -> Bool {
    let start = symbol == 0 ? 0 : ends[symbol - 1]
    return stored[start..<ends[symbol]].elementsEqual(bytes)
  }

  private mutating func grow() {
    buckets = [UInt32](repeating: 0, count: buckets.count * 2)
    for symbol in symbols.indices {
      let start = symbol == 0 ? 0 : ends[symbol - 1]
      var bucket = stored[start..<ends[symbol]].withUnsafeBytes { SymbolTable.hash($0[...]) } & (buckets.count - 1)
      while buckets[bucket] != 0 { bucket = (bucket + 1) & (buckets.count - 1) }
      buckets[bucket] = UInt32(symbol + 1)
    }
  }

  /// FNV-1a (Fowler, Noll and Vo), folded.
  private static func hash(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
