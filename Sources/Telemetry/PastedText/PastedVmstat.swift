/// Reader of rows of `vmstat -m`: name, active objects, objects, object size, objects per slab (under the heading "Pages").
///
///     AF_VSOCK                     36     36   1280     12
struct PastedVmstat: PastedFormReader {
  let form = PastedForm.vmstat
  private var isBelowHeading = false

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    let words = line.words
    if words.suffix(5) == ["Cache", "Num", "Total", "Size", "Pages"] {
      // The heading is repeated on each screenful of one table.
      defer { isBelowHeading = true }
      return isBelowHeading ? nil : .title
    }
    guard isBelowHeading, words.count >= 5 else { return nil }
    let numbers = words.suffix(4).map(\.wholeNumber)
    guard let active = numbers[0], let total = numbers[1], let size = numbers[2], let objects = numbers[3]
    else { return nil }
    var cache = PastedCache(name: words.dropLast(4).joined(separator: " "))
    (cache.activeObjects, cache.totalObjects, cache.stride, cache.objectsPerSlab) = (active, total, size, objects)
    return .cache(cache)
  }
}
