import Foundation

/// A slabinfo file that is read again and again: from one time to the next most of its lines are as they were, and only
/// the others are taken apart.
package struct SlabinfoReader {
  private var bytes: [UInt8] = []
  /// The caches of the last reading, in the file's order.
  package private(set) var caches: [CacheSnapshot] = []

  /// Nothing read yet.
  package init() {}

  /// Takes in the file's bytes, which need not be text throughout.
  /// - Returns: the caches that are not as they were the last time, by their place.
  /// - Throws: `SlabinfoDecoder.ParseError` for the first line that is not as the format has it; then nothing has changed.
  /// - Complexity: O(bytes), most of it comparing them with what they were.
  package mutating func update(_ new: [UInt8]) throws(SlabinfoDecoder.ParseError) -> [Int] {
    var (lines, before) = (SlabinfoLines(new), SlabinfoLines(bytes))
    let title = lines.next() ?? 0..<0
    let version = try SlabinfoDecoder.version(new[title])
    let isSameVersion = before.next().map { SlabinfoReader.areEqual(bytes, $0, new, title) } ?? false
    var changed: [(place: Int, cache: CacheSnapshot)] = []
    // Caches on the lines above, in this reading and in the last.
    var (count, oldCount) = (0, 0)
    var words: [ArraySlice<UInt8>] = []
    while let line = lines.next() {
      let (old, oldPlace) = (before.next(), oldCount)
      if let old, SlabinfoReader.hasCache(bytes[old]) { oldCount += 1 }
      guard SlabinfoReader.hasCache(new[line]) else { continue }
      defer { count += 1 }
      if isSameVersion, count == oldPlace, let old, SlabinfoReader.areEqual(bytes, old, new, line) { continue }
      new[line].splitWords(into: &words)
      let known = count < caches.count ? caches[count] : nil
      changed.append((count, try SlabinfoDecoder.cache(words, version, known: known, number: lines.number)))
    }
    // Whoever has the last reading keeps it: it is copied only if this one differs.
    if count < caches.count { caches.removeLast(caches.count - count) }
    for (place, cache) in changed {
      if place < caches.count { caches[place] = cache } else { caches.append(cache) }
    }
    bytes = new
    return changed.map(\.place)
  }

  /// Fills in what the file doesn't say.
  package mutating func complete(_ places: [Int], _ body: (inout CacheSnapshot) -> Void) {
    for place in places { body(&caches[place]) }
  }

  private static func hasCache(_ line: ArraySlice<UInt8>) -> Bool {
    line.first.map { $0 != UInt8(ascii: "#") } ?? false
  }

  private static func areEqual(_ old: [UInt8], _ oldLine: Range<Int>, _ new: [UInt8], _ line: Range<Int>) -> Bool {
    guard oldLine.count == line.count else { return false }
    return old.withUnsafeBufferPointer { old in
      // Both ranges lie within their arrays: they were cut from them.
      new.withUnsafeBufferPointer { new in
        guard let old = old.baseAddress, let new = new.baseAddress else { return false }
        return memcmp(old + oldLine.lowerBound, new + line.lowerBound, line.count) == 0
      }
    }
  }
}

/// A file's lines, one after the other, without what ends them.
private struct SlabinfoLines {
  private let bytes: [UInt8]
  /// Where the next line starts.
  private(set) var start = 0
  /// The last line given, from 1.
  private(set) var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Range<Int>? {
    guard start < bytes.count else { return nil }
    let from = start
    let end = bytes.withUnsafeBufferPointer { bytes -> Int in
      // `from` lies within the array, which is not empty.
      guard let base = bytes.baseAddress, let found = memchr(base + from, 0x0a, bytes.count - from) else {
        return bytes.count
      }
      return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }
    (start, number) = (end + 1, number + 1)
    let hasReturn = end > from && bytes[end - 1] == UInt8(ascii: "\r")
    return from..<(hasReturn ? end - 1 : end)
  }
}
