import Foundation

/// Follower of a saved slabinfo that is read again and again, because another program replaces it: of a new text that differs only in
/// figures, the changed lines are decoded. Any other text must be read anew, see ``SavedSnapshot``.
package struct SlabinfoFollower: Sendable {
  /// Line of the text.
  private struct Line: Sendable {
    /// Offsets of the first byte and of the first byte after the line, its end included.
    var start: Int
    var end: Int
    /// Index in the snapshot of the line's cache; nil for a line of the header.
    let cache: Int?
  }

  private var bytes: [UInt8]
  private var lines: [Line] = []
  private let version: SlabinfoDecoder.Version
  private var ledger = KernelLedger()

  /// Creates a follower of a text.
  /// - Parameter snapshot: Snapshot that ``SavedSnapshot`` read from the text.
  /// - Returns: nil unless the text is plain slabinfo 2.0 or 2.1, each line of which is a cache of the snapshot.
  package init?(_ bytes: [UInt8], _ snapshot: Snapshot) {
    guard snapshot.source == PastedForm.slabinfo.rawValue, snapshot.knows(.ledger) else { return nil }
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    guard let version = try? SlabinfoDecoder.version(bytes[..<end]), version.hasSections else { return nil }
    (self.bytes, self.version) = (bytes, version)
    var (start, count) = (0, 0)
    var words: [ArraySlice<UInt8>] = []
    while start < bytes.count {
      let end = (bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1) + 1
      guard start > 0, bytes[start] != UInt8(ascii: "#") else {
        lines.append(Line(start: start, end: end, cache: nil))
        start = end
        continue
      }
      SlabinfoFollower.row(bytes[start..<end]).splitWords(into: &words)
      guard count < snapshot.caches.count, cache(of: words, line: lines.count + 1) == snapshot.caches[count] else {
        return nil
      }
      lines.append(Line(start: start, end: end, cache: count))
      (start, count) = (end, count + 1)
    }
    guard count == snapshot.caches.count else { return nil }
    ledger.update(to: snapshot.caches)
  }

  /// Updates a snapshot of the text that was read before.
  /// - Parameter new: The new text.
  /// - Returns: Whether the new text differs only in figures of the caches. If not, neither the snapshot nor the follower has changed.
  /// - Complexity: O(bytes), mostly for the comparison with the text before.
  package mutating func update(_ snapshot: inout Snapshot, to new: [UInt8]) -> Bool {
    var newLines: [Line] = []
    newLines.reserveCapacity(lines.count)
    var changed: [CacheSnapshot] = []
    var indices: [Int] = []
    var (words, oldWords): ([ArraySlice<UInt8>], [ArraySlice<UInt8>]) = ([], [])
    var start = 0
    for line in lines {
      let length = line.end - line.start
      if SlabinfoFollower.areEqual(bytes, line.start, new, start, length) {
        newLines.append(Line(start: start, end: start + length, cache: line.cache))
        start += length
        continue
      }
      guard let index = line.cache, start < new.count else { return false }
      let end = (new[start...].firstIndex(of: UInt8(ascii: "\n")) ?? new.count - 1) + 1
      SlabinfoFollower.row(new[start..<end]).splitWords(into: &words)
      SlabinfoFollower.row(bytes[line.start..<line.end]).splitWords(into: &oldWords)
      guard SlabinfoFollower.differOnlyInCounts(words, oldWords),
        let cache = cache(of: words, line: newLines.count + 1)
      else { return false }
      indices.append(index)
      changed.append(cache)
      newLines.append(Line(start: start, end: end, cache: index))
      start = end
    }
    guard start == new.count else { return false }
    (bytes, lines) = (new, newLines)
    guard !changed.isEmpty else { return true }
    for (index, cache) in zip(indices, changed) { snapshot.caches[index] = cache }
    ledger.update(to: snapshot.caches)
    snapshot.fillLedger(ledger)
    return true
  }

  /// Decodes the cache of a line as ``SavedSnapshot`` does; nil if that reports an error.
  private func cache(of words: [ArraySlice<UInt8>], line: Int) -> CacheSnapshot? {
    guard let decoded = try? SlabinfoDecoder.cache(words, version, known: nil, number: line) else { return nil }
    var pasted = PastedCache(decoded, version)
    guard pasted.isPossible else { return nil }
    pasted.deriveFigures()
    return CacheSnapshot(pasted)
  }

  /// Returns whether two rows have the same words apart from numbers, and the same sizes and page order: then every reader of pasted
  /// texts takes both for the same row.
  private static func differOnlyInCounts(_ new: [ArraySlice<UInt8>], _ old: [ArraySlice<UInt8>]) -> Bool {
    // The name and the objects are followed by the object size, the objects in a slab and its pages.
    guard new.count == old.count, new.count > 6, new[6].elementsEqual([UInt8(ascii: ":")]) else { return false }
    return new.indices.allSatisfy { index in
      new[index].elementsEqual(old[index]) || !(3...5).contains(index) && isNumber(new[index]) && isNumber(old[index])
    }
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    word.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Returns a line without its end (LF or CR LF).
  private static func row(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    if line.last == UInt8(ascii: "\n") { line.removeLast() }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  /// Returns whether two texts have the same `count` bytes from two offsets on; false if the second text is too short.
  private static func areEqual(_ old: [UInt8], _ oldStart: Int, _ new: [UInt8], _ newStart: Int, _ count: Int) -> Bool {
    guard newStart + count <= new.count else { return false }
    return old.withUnsafeBufferPointer { old in
      // Both ranges are within the bounds of their arrays: that of the old text is a line of it.
      new.withUnsafeBufferPointer { new in
        guard let old = old.baseAddress, let new = new.baseAddress else { return false }
        return memcmp(old + oldStart, new + newStart, count) == 0
      }
    }
  }
}
