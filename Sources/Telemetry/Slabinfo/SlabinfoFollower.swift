import Glibc

/// Follower of a saved slabinfo that is read again and again, because another program replaces it: of a new text that differs only in
/// figures, the changed lines are decoded. Any other text must be read anew, see ``SavedSnapshot``.
package struct SlabinfoFollower: Sendable {
  private var bytes: [UInt8]
  /// Number of bytes of each line of the text, its end included.
  private var lengths: [Int] = []
  /// Index in the snapshot of the cache of each line; nil for a line of the header.
  private var cacheIndices: [Int?] = []
  private let version: SlabinfoDecoder.Version
  private var ledger = KernelLedger()

  /// Creates a follower of a text.
  /// - Parameters:
  ///   - bytes: The text.
  ///   - snapshot: Snapshot that ``SavedSnapshot`` read from the text.
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
        lengths.append(end - start)
        cacheIndices.append(nil)
        start = end
        continue
      }
      SlabinfoFollower.row(bytes[start..<end]).splitWords(into: &words)
      guard count < snapshot.caches.count, cache(of: words, line: lengths.count + 1) == snapshot.caches[count] else {
        return nil
      }
      lengths.append(end - start)
      cacheIndices.append(count)
      (start, count) = (end, count + 1)
    }
    guard count == snapshot.caches.count else { return nil }
    ledger.update(to: snapshot.caches)
  }

  /// Updates a snapshot of the text that was read before.
  /// - Parameters:
  ///   - snapshot: The snapshot, which gets the figures of the new text.
  ///   - new: The new text.
  /// - Returns: Whether the new text differs only in figures of the caches. If not, neither the snapshot nor the follower has changed.
  /// - Complexity: O(bytes), mostly for the comparison with the text before.
  package mutating func update(_ snapshot: inout Snapshot, to new: [UInt8]) -> Bool {
    var changed: [(line: Int, length: Int, cache: CacheSnapshot)] = []
    var words: [ArraySlice<UInt8>] = []
    // Offsets of the line in the text before and in the new one.
    var (oldStart, start) = (0, 0)
    for (line, length) in lengths.enumerated() {
      defer { oldStart += length }
      if SlabinfoFollower.areEqual(bytes, oldStart, new, start, length) {
        start += length
        continue
      }
      guard cacheIndices[line] != nil, start < new.count else { return false }
      let end = (new[start...].firstIndex(of: UInt8(ascii: "\n")) ?? new.count - 1) + 1
      let row = SlabinfoFollower.row(new[start..<end])
      row.splitWords(into: &words)
      guard SlabinfoFollower.differOnlyInCounts(row, SlabinfoFollower.row(bytes[oldStart..<oldStart + length])),
        let cache = cache(of: words, line: line + 1)
      else { return false }
      changed.append((line, end - start, cache))
      start = end
    }
    guard start == new.count else { return false }
    bytes = new
    guard !changed.isEmpty else { return true }
    for (line, length, cache) in changed {
      lengths[line] = length
      if let index = cacheIndices[line] { snapshot.caches[index] = cache }
    }
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
  private static func differOnlyInCounts(_ new: ArraySlice<UInt8>, _ old: ArraySlice<UInt8>) -> Bool {
    var (index, oldIndex, number) = (new.startIndex, old.startIndex, 0)
    while true {
      let (word, oldWord) = (takeWord(of: new, at: &index), takeWord(of: old, at: &oldIndex))
      guard !word.isEmpty, !oldWord.isEmpty else { return word.isEmpty && oldWord.isEmpty && number > 6 }
      let isEqual =
        word.count == oldWord.count && zip(word, oldWord).allSatisfy { new[$0] == old[$1] }
      switch number {
      // The name and the objects are followed by the object size, the objects in a slab and its pages.
      case 0, 3...5: guard isEqual else { return false }
      case 6: guard isEqual, word.count == 1, new[word.lowerBound] == UInt8(ascii: ":") else { return false }
      default: guard isEqual || isNumber(new, word) && isNumber(old, oldWord) else { return false }
      }
      number += 1
    }
  }

  /// Returns the range of the first word of a line from an index on, which moves behind the word; an empty range at the end of the line.
  private static func takeWord(of line: ArraySlice<UInt8>, at index: inout Int) -> Range<Int> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    while index < line.endIndex, isBlank(line[index]) { index += 1 }
    let start = index
    while index < line.endIndex, !isBlank(line[index]) { index += 1 }
    return start..<index
  }

  private static func isNumber(_ line: ArraySlice<UInt8>, _ word: Range<Int>) -> Bool {
    word.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[$0]) }
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
