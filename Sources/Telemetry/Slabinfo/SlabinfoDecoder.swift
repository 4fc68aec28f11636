/// Decoder of /proc/slabinfo in all its versions: 1.0 (Linux 2.2), 1.1 (2.4), 1.2 (2.5), 2.0 (2.6.0 to 2.6.9) and
/// 2.1 (later), including the sections that kernels with SMP or statistics add.
package enum SlabinfoDecoder {
  /// Line that does not conform to the format.
  package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Number of the line, from 1.
    package var line: Int
    /// Description of what the format requires in the line.
    package var expected: String
    /// Error message of one line, without the name of the file.
    package var description: String { "line \(line): expected \(expected)" }
  }

  enum Version: String {
    case v10 = "1.0"
    case v11 = "1.1"
    case v12 = "1.2"
    case v20 = "2.0"
    case v21 = "2.1"

    /// Count of the numbers between the name and the sections.
    var numberCount: Int {
      switch self {
      case .v10: 2
      case .v11, .v12: 6
      case .v20, .v21: 5
      }
    }
    var hasSections: Bool { self == .v20 || self == .v21 }
  }

  /// Returns the caches of a file, in its order. slabinfo 1.0 contains only names and objects, without strides and slabs.
  /// - Throws: ``ParseError`` for the first line that does not conform to the format.
  package static func decode(_ text: String) throws(ParseError) -> [CacheSnapshot] {
    var reader = SlabinfoReader()
    _ = try reader.update(Array(text.utf8))
    return reader.caches
  }

  static func version(_ line: ArraySlice<UInt8>) throws(ParseError) -> Version {
    let title = String(decoding: line, as: UTF8.self)
    guard title.hasPrefix("slabinfo - version: "),
      let version = Version(rawValue: String(title.dropFirst(20).prefix { $0 != " " }))
    else { throw ParseError(line: 1, expected: "`slabinfo - version: ` and 2.1, 2.0, 1.2, 1.1 or 1.0") }
    return version
  }

  /// Decodes the cache of a line.
  /// - Parameters:
  ///   - words: Words of the line.
  ///   - known: Cache at the same position of the previous reading, whose name is reused if it is equal.
  ///   - number: Number of the line, for errors.
  static func cache(
    _ words: [ArraySlice<UInt8>], _ version: Version, known: CacheSnapshot?, number: Int
  ) throws(ParseError) -> CacheSnapshot {
    // Sections begin with a colon between blanks. A name may contain colons (":0000064") and, in the oldest versions, spaces,
    // so the numbers are counted backwards from the first section.
    let end = words.firstIndex { $0.count == 1 && $0.first == UInt8(ascii: ":") } ?? words.count
    let count = version.numberCount
    guard end > count else {
      throw ParseError(
        line: number, expected: "a name and \(count) numbers\(version.hasSections ? " before ` : `" : "")")
    }
    var cache = named(words[..<(end - count)], known)
    func figure(_ index: Int) throws(ParseError) -> Int {
      let word = words[end - count + index]
      guard let value = word.number else {
        throw ParseError(line: number, expected: "a number, not `\(String(decoding: word, as: UTF8.self))`")
      }
      return value
    }
    (cache.activeObjects, cache.totalObjects) = (try figure(0), try figure(1))
    switch version {
    case .v10:
      cache.unknownFigures = .all.subtracting([.activeObjects, .totalObjects])
    case .v11, .v12:
      cache.unknownFigures = [.magazineCapacity, .objectsInMagazines]
      (cache.stride, cache.slabs) = (try figure(2), try figure(4))
      cache.emptySlabs = max(0, cache.slabs - (try figure(3)))
      cache.preferredOrder = try order(figure(5), number)
      // slabinfo 1.1 does not contain the number of objects in a slab.
      if cache.slabs > 0 {
        cache.objectsPerPreferredSlab = cache.totalObjects / cache.slabs
      } else {
        cache.unknownFigures.insert(.objectsPerPreferredSlab)
      }
    case .v20, .v21:
      (cache.stride, cache.objectsPerPreferredSlab) = (try figure(2), try figure(3))
      cache.preferredOrder = try order(figure(4), number)
      try readSections(words[end...], into: &cache, number)
    }
    cache.objectSize = cache.stride
    guard isPossible(cache) else {
      throw ParseError(line: number, expected: "objects and slabs of 16 TiB of memory at most, and numbers of 32 bits")
    }
    return cache
  }

  /// Returns an empty cache with the given name.
  private static func named(_ words: ArraySlice<ArraySlice<UInt8>>, _ known: CacheSnapshot?) -> CacheSnapshot {
    // The order of the file seldom changes, so the existing string can nearly always be reused.
    if let known, words.count == 1, let word = words.first, known.name.utf8.elementsEqual(word) {
      return CacheSnapshot(name: known.name)
    }
    return CacheSnapshot(name: words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
  }

  /// Returns whether the cache fits in 16 TiB of memory, so that calculations with its figures cannot overflow.
  private static func isPossible(_ cache: CacheSnapshot) -> Bool {
    func fits(_ count: Int, _ size: Int) -> Bool {
      let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
      return !overflows && bytes <= 1 << 44
    }
    return cache.stride <= 1 << 32 && cache.magazineCapacity <= 1 << 32
      && fits(cache.activeObjects, max(1, cache.stride)) && fits(cache.totalObjects, max(1, cache.stride))
      && fits(cache.slabs, 4096 << cache.preferredOrder)
      && fits(cache.slabs, max(1, cache.objectsPerPreferredSlab))
  }

  private static func order(_ pages: Int, _ line: Int) throws(ParseError) -> Int {
    guard pages.nonzeroBitCount == 1, pages <= 1 << 10 else {
      throw ParseError(line: line, expected: "a power of two of pages per slab, up to 1024, not \(pages)")
    }
    return pages.trailingZeroBitCount
  }

  /// Decodes the sections `tunables` and `slabdata`, and ignores `globalstat` and `cpustat`, which kernels with statistics add.
  private static func readSections(
    _ words: ArraySlice<ArraySlice<UInt8>>, into cache: inout CacheSnapshot, _ line: Int
  ) throws(ParseError) {
    var hasSlabs = false
    for section in words.split(separator: [UInt8(ascii: ":")]) {
      let title = section[section.startIndex]
      let isTunables = title.elementsEqual("tunables".utf8)
      guard isTunables || title.elementsEqual("slabdata".utf8) else { continue }
      guard section.count == 4, let first = section[section.startIndex + 1].number,
        let second = section[section.startIndex + 2].number, let third = section[section.startIndex + 3].number
      else { throw ParseError(line: line, expected: "`\(isTunables ? "tunables" : "slabdata")` and 3 numbers") }
      if isTunables {
        cache.magazineCapacity = first
      } else {
        (cache.slabs, cache.objectsInMagazines) = (second, third)
        // SLUB does not count empty slabs and prints the number of slabs twice.
        if first < second { cache.emptySlabs = second - first }
        hasSlabs = true
      }
    }
    guard hasSlabs else {
      throw ParseError(line: line, expected: "`: tunables` and 3 numbers, `: slabdata` and 3 numbers")
    }
  }
}

extension ArraySlice<UInt8> {
  /// Splits the line at blanks. The caller provides the array, so that its storage is reused for each line.
  func splitWords(into words: inout [ArraySlice<UInt8>]) {
    words.removeAll(keepingCapacity: true)
    var start = startIndex
    for index in startIndex...endIndex
    where index == endIndex || self[index] == UInt8(ascii: " ") || self[index] == UInt8(ascii: "\t") {
      if index > start { words.append(self[start..<index]) }
      start = index + 1
    }
  }

  /// Value of a decimal number without a sign; nil for other text and if the number exceeds `Int`.
  fileprivate var number: Int? {
    var value = 0
    for byte in self {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflows) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !tensOverflow, !sumOverflows else { return nil }
      value = sum
    }
    return isEmpty ? nil : value
  }
}
