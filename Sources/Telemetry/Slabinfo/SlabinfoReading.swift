import Foundation

/// A slabinfo file that is read again and again: from one time to the next most of its lines are as they were, and only
/// the others are taken apart.
struct SlabinfoReading {
  private var bytes: [UInt8] = []
  /// The caches of the last reading, in the file's order.
  private(set) var caches: [CacheSnapshot] = []

  /// Takes in the file's bytes, which need not be text throughout.
  /// - Returns: the caches that are not as they were the last time, by their place.
  /// - Throws: `SlabinfoDecoder.Mistake` for the first line that is not as the format has it; then nothing has changed.
  /// - Complexity: O(bytes), most of it comparing them with what they were.
  mutating func update(_ new: [UInt8]) throws(SlabinfoDecoder.Mistake) -> [Int] {
    var (lines, before) = (SlabinfoLines(new), SlabinfoLines(bytes))
    let title = lines.next() ?? 0..<0
    let version = try SlabinfoDecoder.version(new[title])
    let isSameVersion = before.next().map { SlabinfoReading.areEqual(bytes, $0, new, title) } ?? false
    var read = caches
    var (changed, count) = ([Int](), 0)
    var words: [ArraySlice<UInt8>] = []
    while let line = lines.next() {
      let old = before.next()
      guard let first = new[line].first, first != UInt8(ascii: "#") else { continue }
      defer { count += 1 }
      if isSameVersion, count < read.count, let old, SlabinfoReading.areEqual(bytes, old, new, line) { continue }
      new[line].splitWords(into: &words)
      let known = count < read.count ? read[count] : nil
      let cache = try SlabinfoDecoder.cache(words, version, known: known, number: lines.number)
      changed.append(count)
      if count < read.count { read[count] = cache } else { read.append(cache) }
    }
    read.removeLast(read.count - count)
    (bytes, caches) = (new, read)
    return changed
  }

  /// Fills in what the file doesn't say.
  mutating func complete(_ places: [Int], _ body: (inout CacheSnapshot) -> Void) {
    for place in places { body(&caches[place]) }
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
