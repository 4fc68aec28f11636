/// Reader of the table "Unreclaimable slab info" of an out-of-memory report. A row has the name of the cache, the bytes of its
/// live objects and the bytes of all its objects; both are multiples of the stride, so that slab tails are not included.
///
///     [ 1234.567890] kmalloc-64                123KB        456KB
struct PastedOutOfMemory: PastedFormReader {
  let form = PastedForm.outOfMemory

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    let words = line.words
    if words.starts(with: ["Unreclaimable", "slab", "info:"]) { return .title }
    guard words.count >= 3, let used = words[words.count - 2].kibibytes(suffix: "KB"),
      let total = words[words.count - 1].kibibytes(suffix: "KB")
    else { return nil }
    var cache = PastedCache(name: words.dropLast(2).joined(separator: " "))
    (cache.activeBytes, cache.slabBytes) = (Int(used), Int(total))
    return .cache(cache)
  }
}
