/// Reader of the table "Unreclaimable slab info" of an out-of-memory report. A row has the name of the cache, the bytes of its
/// live objects and the bytes of all its objects; both are multiples of the stride, so that slab tails are not included.
///
///     [ 1234.567890] kmalloc-64                123KB        456KB
struct PastedOutOfMemory: PastedFormReader {
  let form = PastedForm.outOfMemory
  private(set) var caches: [PastedCache] = []

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    let words = line.words
    guard words.count >= 3, let used = words[words.count - 2].kibibytes(suffix: "KB"),
      let total = words[words.count - 1].kibibytes(suffix: "KB")
    else { return }
    guard used <= total else {
      throw SlabinfoDecoder.ParseError(line: line.number, expected: "at most as many used KB as KB in all")
    }
    var cache = PastedCache(name: words.dropLast(2).joined(separator: " "))
    (cache.activeBytes, cache.slabBytes) = (Int(used), Int(total))
    caches.append(cache)
  }
}
