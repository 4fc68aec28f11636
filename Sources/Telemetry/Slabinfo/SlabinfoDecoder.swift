/// Reads /proc/slabinfo, version 2.1.
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

  /// The caches of a file, in its order: their names, objects, strides, slabs.
  /// - Throws: `Mistake` for the first line that is not as the format has it.
  public static func decode(_ text: String) throws(Mistake) -> [CacheSnapshot] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "slabinfo - version: 2.1" else {
      throw Mistake(line: 1, expected: "`slabinfo - version: 2.1`")
    }
    var caches: [CacheSnapshot] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
      caches.append(try cache(line, number: index + 1))
    }
    return caches
  }

  private static func cache(_ line: Substring, number: Int) throws(Mistake) -> CacheSnapshot {
    let words = line.split(separator: " ")
    guard words.count == 16, words[6] == ":", words[7] == "tunables", words[11] == ":", words[12] == "slabdata" else {
      throw Mistake(line: number, expected: "16 words: name, 5 numbers, `: tunables` and 3, `: slabdata` and 3")
    }
    var numbers: [Int] = []
    for index in [1, 2, 3, 4, 5, 8, 9, 10, 13, 14, 15] {
      guard let value = Int(words[index]), value >= 0 else {
        throw Mistake(line: number, expected: "a number as word \(index + 1), not `\(words[index])`")
      }
      numbers.append(value)
    }
    guard numbers[4].nonzeroBitCount == 1 else {
      throw Mistake(line: number, expected: "a power of two of pages per slab, not \(numbers[4])")
    }
    var cache = CacheSnapshot(name: String(words[0]))
    (cache.activeObjects, cache.totalObjects, cache.stride) = (numbers[0], numbers[1], numbers[2])
    cache.objectSize = cache.stride
    (cache.objectsPerPreferredSlab, cache.preferredOrder) = (numbers[3], numbers[4].trailingZeroBitCount)
    cache.magazineCapacity = numbers[5]
    (cache.slabs, cache.objectsInMagazines) = (numbers[9], numbers[10])
    cache.emptySlabs = max(0, numbers[9] - numbers[8])
    return cache
  }
}
