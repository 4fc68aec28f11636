internal import Glibc

/// Strings by number, and numbers by string: call sites and cache names, each stored once.
///
/// Looks up raw bytes without making a String, by open addressing, since an importer asks twice a line.
package struct SymbolTable: Sendable {
  private struct Bucket {
    /// Symbol number + 1; 0 where none is.
    var symbol: UInt32 = 0
    /// The upper half of its hash: most strings that differ are told apart without a look at their bytes.
    var tag: UInt32 = 0
  }

  package private(set) var symbols: [String] = []
  private var stored: [UInt8] = []
  private var ends: [Int] = [0]
  /// A power of two of them, at most half in use.
  private var buckets = [Bucket](repeating: Bucket(), count: 1024)

  /// A table without strings.
  package init() {}

  /// The number of the symbol with these UTF-8 bytes, new if need be.
  package mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let mask = buckets.count - 1
    let hash = SymbolTable.hash(bytes)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while buckets[place].symbol != 0 {
      if buckets[place].tag == tag, holds(bytes, at: Int(buckets[place].symbol) - 1) {
        return buckets[place].symbol - 1
      }
      place = (place + 1) & mask
    }
    symbols.append(String(decoding: bytes, as: UTF8.self))
    stored += bytes
    ends.append(stored.count)
    buckets[place] = Bucket(symbol: UInt32(symbols.count), tag: tag)
    if symbols.count * 2 > buckets.count { grow() }
    return UInt32(symbols.count - 1)
  }

  /// The number of a string, new if need be.
  package mutating func intern(_ string: String) -> UInt32 {
    var string = string
    return string.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
  }

  private func holds(_ bytes: UnsafeRawBufferPointer, at symbol: Int) -> Bool {
    let start = ends[symbol]
    guard ends[symbol + 1] - start == bytes.count else { return false }
    guard let address = bytes.baseAddress else { return true }
    return stored.withUnsafeBytes { memcmp($0.baseAddress! + start, address, bytes.count) == 0 }
  }

  private mutating func grow() {
    buckets = [Bucket](repeating: Bucket(), count: buckets.count * 2)
    for symbol in symbols.indices {
      let hash = stored.withUnsafeBytes {
        SymbolTable.hash(UnsafeRawBufferPointer(rebasing: $0[ends[symbol]..<ends[symbol + 1]]))
      }
      var place = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
      while buckets[place].symbol != 0 { place = (place + 1) & (buckets.count - 1) }
      buckets[place] = Bucket(symbol: UInt32(symbol + 1), tag: UInt32(truncatingIfNeeded: hash >> 32))
    }
  }

  /// Eight bytes at a time, each mixed by a multiplication and a shift (after Austin Appleby's MurmurHash64A).
  @inline(__always)
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let multiplier: UInt64 = 0xC6A4_A793_5BD1_E995
    var hash = UInt64(bytes.count) &* multiplier
    var offset = 0
    while offset + 8 <= bytes.count {
      var word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) &* multiplier
      word = (word ^ word >> 47) &* multiplier
      hash = (hash ^ word) &* multiplier
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    hash = (hash ^ tail) &* multiplier
    hash = (hash ^ hash >> 47) &* multiplier
    return hash ^ hash >> 47
  }
}
