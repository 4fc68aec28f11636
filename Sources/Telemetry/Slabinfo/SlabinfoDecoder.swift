/// Reads /proc/slabinfo of any kernel that has had one: versions 1.0 (Linux 2.2), 1.1 (2.4), 2.0 (2.6.0 to 2.6.9) and 2.1
/// (since), with the sections that SMP and statistics add.
public enum SlabinfoDecoder {
  /// What is wrong with a line, counted from 1.
  public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// What should have stood there.
    public var expected: String
    /// The error in one line, fit for a person.
    public var description: String { "line \(line): expected \(expected)" }
  }

  fileprivate enum Version: String, CaseIterable {
    case v10 = "1.0"
    case v11 = "1.1"
    case v20 = "2.0"
    case v21 = "2.1"
  }

  /// The caches of a file, in its order: their names, objects, strides, slabs. Of version 1.0 there are objects only.
  /// - Throws: `Mistake` for the first line that is not as the format has it.
  public static func decode(_ text: String) throws(Mistake) -> [CacheSnapshot] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let title = lines.first ?? ""
    guard title.hasPrefix("slabinfo - version: "),
      let version = Version(rawValue: String(title.dropFirst(20).prefix { $0 != " " }))
    else { throw Mistake(line: 1, expected: "`slabinfo - version: ` and 2.1, 2.0, 1.1 or 1.0") }
    var caches: [CacheSnapshot] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
      caches.append(try cache(line, version, number: index + 1))
    }
    return caches
  }

  private static func cache(
    _ line: Substring, _ version: Version, number: Int
  ) throws(Mistake) -> CacheSnapshot {
    let sections = line.split(separator: ":", omittingEmptySubsequences: false)
    // A name may hold colons (":0000064") and, in the oldest versions, spaces: what follows it is counted from the right.
    let count = version == .v10 ? 2 : version == .v11 ? 6 : 5
    let (head, rest) = split(line, version, sections)
    let words = head.split(whereSeparator: \.isWhitespace)
    guard words.count > count else {
      throw Mistake(line: number, expected: "a name and \(count) numbers\(version.hasSections ? " before ` : `" : "")")
    }
    let name = words.dropLast(count).joined(separator: " ")
    var numbers: [Int] = []
    for word in words.suffix(count) {
      guard let value = Int(word), value >= 0 else {
        throw Mistake(line: number, expected: "a number, not `\(word)`")
      }
      numbers.append(value)
    }
    var cache = CacheSnapshot(name: name)
    (cache.activeObjects, cache.totalObjects) = (numbers[0], numbers[1])
    switch version {
    case .v10: break
    case .v11:
      (cache.stride, cache.slabs, cache.emptySlabs) = (numbers[2], numbers[4], max(0, numbers[4] - numbers[3]))
      cache.preferredOrder = try order(numbers[5], number)
      // The version doesn't say how many objects a slab holds.
      cache.objectsPerPreferredSlab = cache.slabs > 0 ? cache.totalObjects / cache.slabs : 0
    case .v20, .v21:
      (cache.stride, cache.objectsPerPreferredSlab) = (numbers[2], numbers[3])
      cache.preferredOrder = try order(numbers[4], number)
      try read(rest, into: &cache, number)
    }
    cache.objectSize = cache.stride
    guard isPossible(cache) else {
      throw Mistake(line: number, expected: "objects and slabs of 16 TiB of memory at most")
    }
    return cache
  }

  /// Whether a cache's objects and slabs fit a memory that exists: what is reckoned with them later can't overflow.
  private static func isPossible(_ cache: CacheSnapshot) -> Bool {
    let factors = [
      (cache.activeObjects, max(1, cache.stride)), (cache.totalObjects, max(1, cache.stride)),
      (cache.slabs, 4096 << cache.preferredOrder), (cache.slabs, max(1, cache.objectsPerPreferredSlab)),
    ]
    return factors.allSatisfy { count, size in
      let (bytes, isBeyond) = count.multipliedReportingOverflow(by: size)
      return !isBeyond && bytes <= 1 << 44
    }
  }

  /// The part before the sections, and the sections.
  private static func split(
    _ line: Substring, _ version: Version, _ parts: [Substring]
  ) -> (head: String, sections: [Substring]) {
    // Sections begin with a colon between blanks.
    var start = parts.count
    while start > 1, parts[start - 1].first == " ", parts[start - 2].last == " " || start < parts.count { start -= 1 }
    return (parts[..<start].joined(separator: ":"), Array(parts[start...]))
  }

  private static func order(_ pages: Int, _ line: Int) throws(Mistake) -> Int {
    guard pages.nonzeroBitCount == 1, pages <= 1 << 10 else {
      throw Mistake(line: line, expected: "a power of two of pages per slab, up to 1024, not \(pages)")
    }
    return pages.trailingZeroBitCount
  }

  /// `tunables` and `slabdata`; `globalstat` and `cpustat` of kernels that count more are passed over.
  private static func read(
    _ sections: [Substring], into cache: inout CacheSnapshot, _ line: Int
  ) throws(Mistake) {
    var hasSlabs = false
    for section in sections {
      let words = section.split(whereSeparator: \.isWhitespace)
      let numbers = words.dropFirst().compactMap { Int($0) }
      switch words.first {
      case "tunables":
        guard numbers.count == 3 else { throw Mistake(line: line, expected: "`tunables` and 3 numbers") }
        cache.magazineCapacity = numbers[0]
      case "slabdata":
        guard numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }) else {
          throw Mistake(line: line, expected: "`slabdata` and 3 numbers")
        }
        (cache.slabs, cache.objectsInMagazines) = (numbers[1], numbers[2])
        cache.emptySlabs = max(0, numbers[1] - numbers[0])
        hasSlabs = true
      default: break
      }
    }
    guard hasSlabs else {
      throw Mistake(line: line, expected: "`: tunables` and 3 numbers, `: slabdata` and 3 numbers")
    }
  }
}

extension SlabinfoDecoder.Version {
  fileprivate var hasSections: Bool { self == .v20 || self == .v21 }
}
