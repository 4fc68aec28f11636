/// Reads /proc/slabinfo of any kernel that has had one: versions 1.0 (Linux 2.2), 1.1 (2.4), 2.0 (2.6.0 to 2.6.9) and 2.1
/// (since), with the sections that SMP and statistics add.
public enum SlabinfoDecoder {
  /// What is wrong with a line, counted from 1.
  public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// What should have stood there.
    public var expected: String
    /// The error in one line, fit for a person.
    public var description: String { "line \(line): expected \(expected)" }
  }

  enum Version: String {
    case v10 = "1.0"
    case v11 = "1.1"
    case v20 = "2.0"
    case v21 = "2.1"

    /// Numbers between the name and the sections.
    var numbers: Int {
      switch self {
      case .v10: 2
      case .v11: 6
      case .v20, .v21: 5
      }
    }
    var hasSections: Bool { self == .v20 || self == .v21 }
  }

  /// The caches of a file, in its order: their names, objects, strides, slabs. Of version 1.0 there are objects only.
  /// - Throws: `ParseError` for the first line that is not as the format has it.
  public static func decode(_ text: String) throws(ParseError) -> [CacheSnapshot] {
    var reading = SlabinfoReader()
    _ = try reading.update(Array(text.utf8))
    return reading.caches
  }

  static func version(_ line: ArraySlice<UInt8>) throws(ParseError) -> Version {
    let title = String(decoding: line, as: UTF8.self)
    guard title.hasPrefix("slabinfo - version: "),
      let version = Version(rawValue: String(title.dropFirst(20).prefix { $0 != " " }))
    else { throw ParseError(line: 1, expected: "`slabinfo - version: ` and 2.1, 2.0, 1.1 or 1.0") }
    return version
  }

  /// One line's cache.
  /// - Parameter known: the one that stood there before: its name is taken if it is the same.
  static func cache(
    _ words: [ArraySlice<UInt8>], _ version: Version, known: CacheSnapshot?, number: Int
  ) throws(ParseError) -> CacheSnapshot {
    // Sections begin with a lone colon. A name may hold colons (":0000064") and, in the oldest versions, spaces: what
    // follows it is counted from the right.
    let end = words.firstIndex { $0.count == 1 && $0.first == UInt8(ascii: ":") } ?? words.count
    let count = version.numbers
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
    case .v10: break
    case .v11:
      (cache.stride, cache.slabs) = (try figure(2), try figure(4))
      cache.emptySlabs = max(0, cache.slabs - (try figure(3)))
      cache.preferredOrder = try order(figure(5), number)
      // The version doesn't say how many objects a slab holds.
      cache.objectsPerPreferredSlab = cache.slabs > 0 ? cache.totalObjects / cache.slabs : 0
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

  /// A cache of this name that holds nothing.
  private static func named(_ words: ArraySlice<ArraySlice<UInt8>>, _ known: CacheSnapshot?) -> CacheSnapshot {
    // Nearly always the file lists what it listed before: then no string has to be made.
    if let known, words.count == 1, let word = words.first, known.name.utf8.elementsEqual(word) {
      return CacheSnapshot(name: known.name)
    }
    return CacheSnapshot(name: words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
  }

  /// Whether a cache's objects and slabs fit a memory that exists: what is reckoned with them later can't overflow.
  private static func isPossible(_ cache: CacheSnapshot) -> Bool {
    func fits(_ count: Int, _ size: Int) -> Bool {
      let (bytes, isBeyond) = count.multipliedReportingOverflow(by: size)
      return !isBeyond && bytes <= 1 << 44
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

  /// `tunables` and `slabdata`; `globalstat` and `cpustat` of kernels that count more are passed over.
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
        // SLUB does not know of empty slabs and gives one number twice.
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
  /// The words between blanks. The array is the caller's, so that none has to be made for each line.
  func splitWords(into words: inout [ArraySlice<UInt8>]) {
    words.removeAll(keepingCapacity: true)
    var start = startIndex
    for index in startIndex...endIndex
    where index == endIndex || self[index] == UInt8(ascii: " ") || self[index] == UInt8(ascii: "\t") {
      if index > start { words.append(self[start..<index]) }
      start = index + 1
    }
  }

  /// A number of digits alone; nil for anything else and what an `Int` can't hold.
  fileprivate var number: Int? {
    var value = 0
    for byte in self {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, isBeyond) = value.multipliedReportingOverflow(by: 10)
      let (sum, isBeyondToo) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !isBeyond, !isBeyondToo else { return nil }
      value = sum
    }
    return isEmpty ? nil : value
  }
}
