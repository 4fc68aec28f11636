/// Reader of rows of `vmstat -m`: name, active objects, objects, object size, objects per slab (under the heading "Pages").
///
///     AF_VSOCK                     36     36   1280     12
struct PastedVmstat: PastedFormReader {
  let form = PastedForm.vmstat
  private(set) var caches: [PastedCache] = []
  private var isBelowHeading = false

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) {
    let words = line.words
    if words.suffix(5) == ["Cache", "Num", "Total", "Size", "Pages"] {
      isBelowHeading = true
      return
    }
    guard isBelowHeading, words.count >= 5 else { return }
    let numbers = words.suffix(4).map(\.wholeNumber)
    guard let active = numbers[0], let total = numbers[1], let size = numbers[2], let objects = numbers[3] else {
      return
    }
    guard active <= total, size <= 1 << 32, total <= 1 << 44 / max(1, size) else {
      throw SlabinfoDecoder.ParseError(
        line: line.number, expected: "at most as many active objects as objects, of 16 TiB at most")
    }
    var cache = PastedCache(name: words.dropLast(4).joined(separator: " "))
    (cache.activeObjects, cache.totalObjects, cache.stride, cache.objectsPerSlab) = (active, total, size, objects)
    caches.append(cache)
  }
}
