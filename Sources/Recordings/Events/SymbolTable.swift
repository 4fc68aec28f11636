internal import Glibc

/// Table of interned strings, such as call sites and cache names. Each string has a number and is stored once.
///
/// The table is a hash table with open addressing. It looks bytes up without creating a `String`, because an importer looks
/// up two names for each line.
package struct SymbolTable: Sendable {
  private struct Bucket {
    /// Symbol number + 1; 0 in an empty bucket.
    var symbol: UInt32 = 0
    /// Upper half of the hash, so that most different strings are distinguished without comparing their bytes.
    var tag: UInt32 = 0
  }

  /// Strings, indexed by their numbers.
  package private(set) var symbols: [String] = []
  /// UTF-8 bytes of all strings. String n has the bytes from `ends[n]` up to `ends[n + 1]`.
  private var stored: [UInt8] = []
  private var ends: [Int] = [0]
  /// Buckets of the hash table. Their number is a power of two, and at most half of them are in use.
  private var buckets = [Bucket](repeating: Bucket(), count: 1024)

  /// Creates an empty table.
  package init() {}

  /// Returns the number of the string with the given UTF-8 bytes, and adds the string if it is new.
  package mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let mask = buckets.count - 1
    let hash = SymbolTable.hash(bytes)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while buckets[place].symbol != 0 {
      if buckets[place].tag == tag, isEqual(bytes, toSymbol: Int(buckets[place].symbol) - 1) {
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

  /// Returns the number of a string, and adds the string if it is new.
  package mutating func intern(_ string: String) -> UInt32 {
    var string = string
    return string.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
  }

  private func isEqual(_ bytes: UnsafeRawBufferPointer, toSymbol symbol: Int) -> Bool {
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

  /// Returns a hash of the bytes. Words of eight bytes are mixed by multiplications and shifts (Austin Appleby's
  /// MurmurHash64A, with a different end).
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
