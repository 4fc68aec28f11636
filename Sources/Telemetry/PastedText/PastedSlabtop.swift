/// Reader of rows of `slabtop -o`: objects, active objects, use in percent, object size, slabs, objects per slab, size of the
/// cache, name.
///
///     703605 703431  99%    0.19K  33505       21    134020K dentry
///
/// slabtop rounds sizes to 0.01 KiB, so that the stride is inferred: the multiple of 8 bytes within the rounding with which a slab
/// has the given number of objects.
struct PastedSlabtop: PastedFormReader {
  let form = PastedForm.slabtop

  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError) -> PastedRow? {
    if line.words.starts(with: ["OBJS", "ACTIVE", "USE"]) { return .title }
    if let count = PastedSlabtop.cacheCount(line.words) { return .cacheCount(count) }
    guard let percent = line.words.firstIndex(where: { $0.last == "%" && $0.dropLast().wholeNumber != nil }),
      percent >= 2,
      line.words.count >= percent + 6
    else { return nil }
    let words = line.words[(percent - 2)...]
    func number(_ offset: Int) -> Int? { words[percent + offset].wholeNumber }
    guard let total = number(-2), let active = number(-1), let size = words[percent + 1].slabtopSize,
      let slabs = number(2), let objects = number(3), let bytes = words[percent + 4].slabtopSize
    else { return nil }
    var cache = PastedCache(name: words[(percent + 5)...].joined(separator: " "))
    (cache.activeObjects, cache.totalObjects, cache.slabs) = (active, total, slabs)
    (cache.objectsPerSlab, cache.slabBytes) = (objects, Int(bytes))
    cache.stride = PastedSlabtop.stride(
      rounded: size, name: cache.name, slabBytes: slabs > 0 ? Int(bytes) / slabs : nil, objects: objects)
    return .cache(cache)
  }

  /// Returns the second number of the line `Active / Total Caches (% used) : 108 / 156 (69.2%)`; nil for other lines.
  private static func cacheCount(_ words: [Substring]) -> Int? {
    guard words.starts(with: ["Active", "/", "Total", "Caches"]), let colon = words.firstIndex(of: ":"),
      words.count > colon + 3, words[colon + 2] == "/"
    else { return nil }
    return words[colon + 3].wholeNumber
  }

  /// Returns the multiple of 8 bytes that is nearest to a size that was rounded to 0.01 KiB and with which a slab has exactly
  /// `objects` objects, or, if there is none, the nearest multiple; of a kmalloc cache, the size in its name if it was rounded
  /// to `bytes`.
  private static func stride(rounded bytes: Double, name: String, slabBytes: Int?, objects: Int) -> Int {
    if let size = SlabDebugging.kmallocBytes(name), abs(Double(size) - bytes) <= 5.2 { return size }
    let nearest = max(8, Int((bytes / 8).rounded()) * 8)
    let candidates = [nearest, nearest - 8, nearest + 8].filter { $0 > 0 && abs(Double($0) - bytes) <= 5.2 }
    guard let slabBytes else { return nearest }
    return candidates.first { slabBytes / $0 == objects } ?? nearest
  }
}
