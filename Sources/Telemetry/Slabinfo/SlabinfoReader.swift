import Glibc

/// Reader of a slabinfo file that is read repeatedly. It decodes only the lines that have changed since the previous reading.
package struct SlabinfoReader {
  private var bytes: [UInt8] = []
  /// Caches of the last reading, in the order of the file.
  package private(set) var caches: [CacheSnapshot] = []

  /// Creates a reader that has not read a file yet.
  package init() {}

  /// Decodes the contents of the file, which may contain invalid UTF-8.
  /// - Returns: Indices in ``caches`` of the caches that have changed since the previous reading.
  /// - Throws: ``SlabinfoDecoder/ParseError`` for the first line that does not conform to the format; ``caches`` is then
  ///   unchanged.
  /// - Complexity: O(bytes), mostly for the comparison with the previous contents.
  package mutating func update(_ new: [UInt8]) throws(SlabinfoDecoder.ParseError) -> [Int] {
    var (lines, before) = (SlabinfoLines(new), SlabinfoLines(bytes))
    let title = lines.next() ?? 0..<0
    let version = try SlabinfoDecoder.version(new[title])
    let isSameVersion = before.next().map { SlabinfoReader.areEqual(bytes, $0, new, title) } ?? false
    var changed: [(index: Int, cache: CacheSnapshot)] = []
    // Number of caches on the preceding lines, in this reading and in the previous one.
    var (count, oldCount) = (0, 0)
    var words: [ArraySlice<UInt8>] = []
    while let line = lines.next() {
      let (old, oldIndex) = (before.next(), oldCount)
      if let old, SlabinfoReader.hasCache(bytes[old]) { oldCount += 1 }
      guard SlabinfoReader.hasCache(new[line]) else { continue }
      defer { count += 1 }
      if isSameVersion, count == oldIndex, let old, SlabinfoReader.areEqual(bytes, old, new, line) { continue }
      new[line].splitWords(into: &words)
      let known = count < caches.count ? caches[count] : nil
      changed.append((count, try SlabinfoDecoder.cache(words, version, known: known, number: lines.number)))
    }
    // The array is copied only if a cache has changed, because the caller may still have the previous one.
    if count < caches.count { caches.removeLast(caches.count - count) }
    for (index, cache) in changed {
      if index < caches.count { caches[index] = cache } else { caches.append(cache) }
    }
    bytes = new
    return changed.map(\.index)
  }

  /// Calls `body` for the caches at the given indices, to add figures that the file does not contain.
  package mutating func complete(_ indices: [Int], _ body: (inout CacheSnapshot) -> Void) {
    for index in indices { body(&caches[index]) }
  }

  private static func hasCache(_ line: ArraySlice<UInt8>) -> Bool {
    line.first.map { $0 != UInt8(ascii: "#") } ?? false
  }

  private static func areEqual(_ old: [UInt8], _ oldLine: Range<Int>, _ new: [UInt8], _ line: Range<Int>) -> Bool {
    guard oldLine.count == line.count else { return false }
    return old.withUnsafeBufferPointer { old in
      // Both ranges are within the bounds of their arrays, because `SlabinfoLines` derived them from these arrays.
      new.withUnsafeBufferPointer { new in
        guard let old = old.baseAddress, let new = new.baseAddress else { return false }
        return memcmp(old + oldLine.lowerBound, new + line.lowerBound, line.count) == 0
      }
    }
  }
}

/// Iterator over the lines of a file, without their line ends (LF or CR LF).
private struct SlabinfoLines {
  private let bytes: [UInt8]
  /// Offset of the next line.
  private(set) var start = 0
  /// Number of the last line returned, from 1.
  private(set) var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Range<Int>? {
    guard start < bytes.count else { return nil }
    let from = start
    let end = bytes.withUnsafeBufferPointer { bytes -> Int in
      // `from` is within the bounds of the array, which is not empty.
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
